package io.souk.local;

import io.souk.billing.TopUpView;
import io.souk.billing.TopUps;
import io.souk.kernel.Tenant;
import io.souk.platform.PortalAddress;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The demo customer's credit: ordered, paid on the local Stripe's own page with its test card, and read back. */
@Component
@ConditionalOnLocalMode
class DemoTopUp {
    private static final long AMOUNT_MINOR = 2_000;
    private static final Map<String, String> TEST_CARD = Map.of(
            "number", "4242 4242 4242 4242",
            "expiry", "12/40",
            "cvc", "123",
            "name", "Demo customer",
            "email", "demo@souk.example");

    private final TopUps topUps;
    private final PortalAddress portal;

    DemoTopUp(TopUps topUps, PortalAddress portal) {
        this.topUps = topUps;
        this.portal = portal;
    }

    /** Tops up once, however often it is asked. Does nothing where payments are real or switched off. */
    void ensure(SeedNotes notes, DemoPeople.Demo demo, String email, boolean simulated) {
        if (!simulated || !topUps.isPossible()) {
            return;
        }
        UUID formKey = UUID.fromString(
                notes.findOrMake("top-up", () -> UUID.randomUUID().toString()));
        Tenant.run(demo.tenant(), () -> {
            TopUpView order = topUps.order(formKey, AMOUNT_MINOR, "Demo", email, demo.accountId(), back());
            if (order.state() == TopUpView.State.PAID) {
                return;
            }
            TopUpView seen = topUps.refresh(order.id()).orElseThrow();
            if (seen.state() != TopUpView.State.PAID && seen.checkoutUrl() != null) {
                pay(URI.create(seen.checkoutUrl()));
                seen = topUps.refresh(order.id()).orElseThrow();
            }
            if (seen.state() != TopUpView.State.PAID) {
                throw new IllegalStateException("the demo top-up is " + seen.state() + ", not paid: " + seen.problem());
            }
        });
    }

    private TopUps.Return back() {
        String page = portal.page("/billing/top-ups/" + TopUps.Return.ID);
        return new TopUps.Return(page + "?session_id={CHECKOUT_SESSION_ID}", page);
    }

    private static void pay(URI page) {
        String form = TEST_CARD.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        try (HttpClient client = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(5))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build()) {
            HttpResponse<Void> answer = client.send(
                    HttpRequest.newBuilder(page)
                            .timeout(Duration.ofSeconds(20))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(form))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            if (answer.statusCode() / 100 != 3) {
                throw new IllegalStateException("the local Stripe answered the card with " + answer.statusCode());
            }
        } catch (IOException e) {
            throw new IllegalStateException("the local Stripe's page could not be reached: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the demo top-up was paid", e);
        }
    }
}
