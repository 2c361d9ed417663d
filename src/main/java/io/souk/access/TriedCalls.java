package io.souk.access;

import io.souk.catalog.CatalogProperties;
import io.souk.catalog.OfferView;
import io.souk.catalog.TryIt;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import io.souk.tenancy.Projects;
import io.souk.usage.UsageCall;
import io.souk.usage.UsageReports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls a model as a program of the organisation would, over HTTP and with a key of its own, and reads what was charged
 * from the settled call. So what a page says about a call is what the usage and the bill say.
 */
@Component
@ConditionalOnRole(Role.PORTAL)
class TriedCalls implements TryIt {
    private static final Logger log = LoggerFactory.getLogger(TriedCalls.class);
    private static final Duration DEADLINE = Duration.ofSeconds(25);
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(5);
    /** Where even looking takes long. */
    private static final Duration SETTLED_AT_MOST = Duration.ofSeconds(8);

    private static final Executor LOOK_AGAIN =
            CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS, Thread::startVirtualThread);
    private static final int FIGURES = 8;

    private final ApiKeys keys;
    private final Projects projects;
    private final UsageReports usage;
    private final CatalogProperties catalog;
    private final JsonMapper json;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    TriedCalls(ApiKeys keys, Projects projects, UsageReports usage, CatalogProperties catalog, JsonMapper json) {
        this.keys = keys;
        this.projects = projects;
        this.usage = usage;
        this.catalog = catalog;
        this.json = json;
    }

    @Override
    public Outcome call(OfferView offer, String input) {
        String key = keys.portalKey(projects.standard().id());
        Map<String, ?> body = offer.task().isChat()
                ? Map.of("model", offer.model(), "messages", List.of(Map.of("role", "user", "content", input)))
                : Map.of("model", offer.model(), "input", input, "encoding_format", "float");
        URI address = URI.create(catalog.apiUrl() + offer.task().path());
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(address)
                            .timeout(DEADLINE)
                            .header("Authorization", "Bearer " + key)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? answered(offer, answer) : new Refused(reason(answer));
        } catch (IOException e) {
            log.warn("The gateway at {} did not answer a call that was tried: {}", address, e.toString());
            return new Refused("The gateway did not answer within " + DEADLINE.toSeconds()
                    + " seconds. Try again; if it was charged, the call is among your usage.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Refused("The call was broken off, for this Souk is being stopped. Try again in a minute.");
        }
    }

    private Outcome answered(OfferView offer, HttpResponse<String> answer) {
        JsonNode read = json.readTree(answer.body());
        String text = offer.task().isChat()
                ? read.path("choices").path(0).path("message").path("content").asString("")
                : figures(read.path("data").path(0).path("embedding"));
        UUID id = UUID.fromString(answer.headers().firstValue("x-souk-call-id").orElseThrow());
        Optional<UsageCall> settled = settled(Tenant.required(), id, System.nanoTime() + SETTLED_WITHIN.toNanos())
                .completeOnTimeout(Optional.empty(), SETTLED_AT_MOST.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        return settled.<Outcome>map(call -> new Answer(text, call.counts(), call.chargeNanos(), call.currency(), id))
                .orElseGet(() -> new Refused("The model answered, but the call is not settled yet. It will be among "
                        + "your usage with its tokens and its cost."));
    }

    /** Calls are settled within two seconds of their end, on another thread or in another process. */
    private CompletableFuture<Optional<UsageCall>> settled(TenantId tenant, UUID id, long until) {
        Optional<UsageCall> found = Tenant.get(tenant, () -> usage.call(id));
        return found.isPresent() || System.nanoTime() - until >= 0
                ? CompletableFuture.completedFuture(found)
                : CompletableFuture.supplyAsync(() -> settled(tenant, id, until), LOOK_AGAIN)
                        .thenCompose(later -> later);
    }

    private static String figures(JsonNode vector) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(FIGURES, vector.size()); i++) {
            text.append(vector.get(i).asString()).append(", ");
        }
        return text + "… (" + vector.size() + " numbers)";
    }

    /** The gateway's own words, which say what to do. */
    private String reason(HttpResponse<String> answer) {
        try {
            String message =
                    json.readTree(answer.body()).path("error").path("message").asString("");
            if (!message.isBlank()) {
                return message;
            }
        } catch (JacksonException notJson) {
            log.warn("The gateway refused a call that was tried with {} and no JSON", answer.statusCode());
        }
        return "The gateway refused the call with status " + answer.statusCode() + ". Try again in a minute.";
    }
}
