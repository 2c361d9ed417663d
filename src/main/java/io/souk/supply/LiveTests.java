package io.souk.supply;

import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.catalog.SampleText;
import io.souk.catalog.Task;
import io.souk.kernel.Ids;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes real calls in an offer's task to each of its backends, before customers do. */
@Component
public class LiveTests {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_SHOWN = 400;
    private static final int MOST_OUTPUT = 64;
    private static final String QUESTION = "Answer in one short sentence: what is a market hall?";

    private final Offers offers;
    private final Backends backends;
    private final BackendRoutes routes;
    private final BackendCalls calls;
    private final SupplyProperties properties;

    LiveTests(Offers offers, Backends backends, BackendRoutes routes, BackendCalls calls, SupplyProperties properties) {
        this.offers = offers;
        this.backends = backends;
        this.routes = routes;
        this.calls = calls;
        this.properties = properties;
    }

    /**
     * Calls every enabled backend, and notes on the offer when all passed. Takes as long as the backends do, within a
     * deadline for each call.
     *
     * @throws java.util.NoSuchElementException if there is no such offer
     */
    public LiveTest run(UUID offerId) {
        OfferView offer = offers.find(offerId).orElseThrow();
        Map<UUID, BackendRoute> known =
                routes.of(List.of(offerId)).stream().collect(Collectors.toMap(BackendRoute::id, route -> route));
        List<LiveTest.Result> results = backends.of(offerId).stream()
                .filter(BackendView::enabled)
                .map(view -> new LiveTest.Result(view, steps(offer, view, known.get(view.id()))))
                .toList();
        LiveTest test = new LiveTest(results, false, null);
        if (!test.passed()) {
            return test;
        }
        boolean counted = offers.markTested(offerId, offer.version());
        return new LiveTest(
                results,
                counted,
                counted
                        ? null
                        : "The model or its backends were changed while the test ran, so it does not count. Run it "
                                + "again.");
    }

    /**
     * Calls what a draft describes if customers of a live model would be sent there as soon as it is saved. Takes as
     * long as the backend does, within a deadline for each call.
     *
     * @param present the backend that the draft changes, null for a new one
     * @throws BackendRefused if it does not pass, or could not be saved at all
     * @throws java.util.NoSuchElementException if there is no such offer
     */
    public void beforeSaving(UUID offerId, @Nullable BackendView present, BackendDraft draft) {
        OfferView offer = offers.find(offerId).orElseThrow();
        if (!offer.isLive() || !draft.enabled() || (present != null && isAsTested(present, draft))) {
            return;
        }
        UUID id = present == null ? null : present.id();
        backends.check(id, draft);
        String credential = draft.credential();
        if (credential == null && id != null) {
            credential = backends.credential(id).orElse(null);
        }
        BackendRoute route = new BackendRoute(
                id == null ? Ids.next() : id,
                offerId,
                draft.baseUrl(),
                BackendDraft.DIALECT,
                draft.upstreamModel(),
                credential == null || credential.isBlank() ? null : credential.strip(),
                draft.priority(),
                draft.weight(),
                draft.maxCalls(),
                true);
        for (LiveTest.Step step : steps(offer, route)) {
            String problem = step.problem();
            if (problem != null) {
                throw new BackendRefused(
                        "baseUrl",
                        "The model is live, so its customers would be sent here at once, and a test call failed: "
                                + problem + " Nothing was saved. Mend it and save again, or save it switched off.");
            }
        }
    }

    private static boolean isAsTested(BackendView present, BackendDraft draft) {
        return present.enabled()
                && draft.credential() == null
                && present.baseUrl().equals(draft.baseUrl())
                && present.upstreamModel().equals(draft.upstreamModel());
    }

    private List<LiveTest.Step> steps(OfferView offer, BackendView view, @Nullable BackendRoute route) {
        if (route == null || (view.hasCredential() && route.credential() == null)) {
            return List.of(failed("Call", 0, "Its stored credential cannot be opened. Enter it anew."));
        }
        return steps(offer, route);
    }

    private List<LiveTest.Step> steps(OfferView offer, BackendRoute route) {
        if (offer.task() == Task.EMBEDDINGS) {
            return List.of(embeddings(route));
        }
        String prompt = offer.task() == Task.SUMMARIZATION ? SampleText.PASSAGE : QUESTION;
        LiveTest.Step whole = chat(route, prompt);
        return whole.passed() ? List.of(whole, stream(route, prompt)) : List.of(whole);
    }

    private LiveTest.Step embeddings(BackendRoute route) {
        String name = "Embedding of a sentence";
        return switch (post(route, "/embeddings", Map.of("model", route.upstreamModel(), "input", List.of(QUESTION)))) {
            case BackendCalls.Unanswered(String reason) -> failed(name, 0, reason);
            case BackendCalls.Answered answer ->
                read(name, answer, "/embeddings", route, json -> {
                    JsonNode vector = json.path("data").path(0).path("embedding");
                    if (!vector.isArray() || vector.isEmpty()) {
                        return failed(name, ms(answer), "The answer holds no vector (data[0].embedding).");
                    }
                    List<String> first = new ArrayList<>();
                    for (int i = 0; i < Math.min(4, vector.size()); i++) {
                        first.add(vector.get(i).asString());
                    }
                    return reported(
                            name,
                            vector.size() + " dimensions: " + String.join(", ", first) + ", …",
                            json.path("usage"),
                            answer);
                });
        };
    }

    private LiveTest.Step chat(BackendRoute route, String prompt) {
        String name = "Answer in one piece";
        return switch (post(route, "/chat/completions", question(route, prompt, false))) {
            case BackendCalls.Unanswered(String reason) -> failed(name, 0, reason);
            case BackendCalls.Answered answer ->
                read(name, answer, "/chat/completions", route, json -> {
                    JsonNode message = json.path("choices").path(0).path("message");
                    if (!message.isObject()) {
                        return failed(name, ms(answer), "The answer holds no message (choices[0].message).");
                    }
                    return reported(name, message.path("content").asString(""), json.path("usage"), answer);
                });
        };
    }

    private LiveTest.Step stream(BackendRoute route, String prompt) {
        String name = "Streamed answer";
        return switch (post(route, "/chat/completions", question(route, prompt, true))) {
            case BackendCalls.Unanswered(String reason) -> failed(name, 0, reason);
            case BackendCalls.Answered answer -> {
                String problem = Probe.problem(answer, "/chat/completions", route.credential() != null);
                yield problem != null ? failed(name, ms(answer), problem) : events(name, answer);
            }
        };
    }

    private static LiveTest.Step events(String name, BackendCalls.Answered answer) {
        if (!answer.contentType().contains("text/event-stream")) {
            return failed(
                    name,
                    ms(answer),
                    "The server answered \"stream\": true with " + answer.contentType()
                            + " instead of text/event-stream, so it does not stream.");
        }
        StringBuilder text = new StringBuilder();
        JsonNode usage = JSON.missingNode();
        boolean done = false;
        try {
            for (String line : answer.text().lines().toList()) {
                if (!line.startsWith("data:")) {
                    continue;
                }
                String data = line.substring(5).strip();
                if (data.equals("[DONE]")) {
                    done = true;
                    break;
                }
                JsonNode event = JSON.readTree(data);
                if (event.path("error").isObject()) {
                    return failed(
                            name,
                            ms(answer),
                            "The stream broke off with an error: "
                                    + shortened(
                                            event.path("error").path("message").asString("")) + ".");
                }
                text.append(event.path("choices")
                        .path(0)
                        .path("delta")
                        .path("content")
                        .asString(""));
                if (event.path("usage").isObject()) {
                    usage = event.path("usage");
                }
            }
        } catch (JacksonException notJson) {
            return failed(name, ms(answer), "An event of the stream is no JSON.");
        }
        if (!done) {
            return failed(name, ms(answer), "The stream ended without data: [DONE], so a cut could not be told.");
        }
        return reported(name, text.toString(), usage, answer);
    }

    private static Map<String, ?> question(BackendRoute route, String prompt, boolean stream) {
        Map<String, Object> body = new java.util.LinkedHashMap<>();
        body.put("model", route.upstreamModel());
        body.put("messages", List.of(Map.of("role", "user", "content", prompt)));
        body.put("max_tokens", MOST_OUTPUT);
        if (stream) {
            body.put("stream", true);
            body.put("stream_options", Map.of("include_usage", true));
        }
        return body;
    }

    private BackendCalls.Reply post(BackendRoute route, String path, Map<String, ?> body) {
        return calls.post(
                route.baseUrl(), path, route.credential(), JSON.writeValueAsString(body), properties.testDeadline());
    }

    private static LiveTest.Step read(
            String name,
            BackendCalls.Answered answer,
            String path,
            BackendRoute route,
            java.util.function.Function<JsonNode, LiveTest.Step> reader) {
        String problem = Probe.problem(answer, path, route.credential() != null);
        if (problem != null) {
            return failed(name, ms(answer), problem);
        }
        try {
            return reader.apply(JSON.readTree(answer.text()));
        } catch (JacksonException notJson) {
            return failed(name, ms(answer), Probe.notJson(answer));
        }
    }

    private static LiveTest.Step reported(String name, String text, JsonNode usage, BackendCalls.Answered answer) {
        String tokens = usage.isObject()
                ? usage.path("prompt_tokens").asLong(0) + " in, "
                        + usage.path("completion_tokens").asLong(0) + " out"
                : "none reported: Souk will count the text itself";
        return new LiveTest.Step(name, shortened(text), tokens, ms(answer), null);
    }

    private static LiveTest.Step failed(String name, int latencyMs, String problem) {
        return new LiveTest.Step(name, "", "", latencyMs, problem);
    }

    private static int ms(BackendCalls.Answered answer) {
        return Math.toIntExact(answer.total().toMillis());
    }

    private static String shortened(String text) {
        return text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + " …" : text;
    }
}
