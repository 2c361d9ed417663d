package io.souk.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.access.ApiKeys;
import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.catalog.Task;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TokenClass;
import io.souk.support.Behaviours;
import io.souk.support.FakeBackend;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

@SoukTest
class GatewayCallsTests {
    /** 1 and 2 units of currency per million tokens: an input token costs 1,000 nano-units, an output token 2,000. */
    private static final Map<TokenClass, Long> PRICES =
            Map.of(TokenClass.INPUT, 1_000_000L, TokenClass.OUTPUT, 2_000_000L);

    private static final Money TEN_DOLLARS = Money.ofMinor(1_000, "USD");

    @Autowired
    private ApplicationContext program;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private FakeBackend backend = FakeBackend.http("/v1", "backend-secret");
    private Stall stall;
    private OfferView model;
    private Stall.Customer customer;
    private String key;

    @BeforeEach
    void aSubscribedCustomer() {
        stall = new Stall(program);
        model = stall.model(Task.CHAT, PRICES, backend.baseUrl());
        customer = stall.customer(TEN_DOLLARS).subscribe(model);
        key = customer.key();
    }

    @AfterEach
    void stopTheBackend() {
        backend.close();
    }

    @Test
    void chargesExactlyTheTokensThatTheBackendReports() throws Exception {
        backend.always(Behaviours.chat("Hello there.", 120, 30));

        HttpResponse<String> answer = chat(key, model.model(), "");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("Hello there.").doesNotContain("upstream-model");
        settled(1);
        assertThat(customer.chargedNanos()).isEqualTo(120 * 1_000 + 30 * 2_000);
        assertThat(customer.balanceNanos()).isEqualTo(TEN_DOLLARS.nanos() - 180_000);
    }

    @Test
    void chargesAStreamTheSame() throws Exception {
        backend.always(Behaviours.chat("Hello there.", 120, 30));

        HttpResponse<String> answer = chat(key, model.model(), ",\"stream\":true");

        assertThat(answer.body()).contains("data: [DONE]").doesNotContain("\"usage\":{");
        settled(1);
        assertThat(customer.chargedNanos()).isEqualTo(180_000);
    }

    @Test
    void theBackendNeverSeesTheCustomersKeyNorTheCustomerTheBackends() throws Exception {
        backend.always(Behaviours.chat("Hi.", 1, 1));

        HttpResponse<String> answer = chat(key, model.model(), ",\"unknown_field\":{\"kept\":[1,2]}");

        FakeBackend.Seen seen = backend.seen("/chat/completions").getFirst();
        assertThat(seen.headers().toString() + seen.body()).doesNotContain(key).contains("backend-secret");
        assertThat(seen.body()).contains("\"unknown_field\":{\"kept\":[1,2]}");
        assertThat(answer.body() + answer.headers().map()).doesNotContain("backend-secret");
    }

    @Test
    void givesBackEverythingThatWasHeldAndNotUsed() throws Exception {
        backend.always(Behaviours.chat("Hi.", 1, 1));

        chat(key, model.model(), "");

        settled(1);
        await().atMost(Duration.ofSeconds(10)).until(() -> customer.leasedNanos() == 0);
        assertThat(customer.balanceNanos()).isEqualTo(TEN_DOLLARS.nanos() - 3_000);
    }

    @Test
    void refusesAKeyThatIsWrongRevokedOrExpired() throws Exception {
        assertError(chat("sk-souk-nonsense", model.model(), ""), 401, "invalid_api_key");
        assertError(chat(key.substring(0, 20), model.model(), ""), 401, "invalid_api_key");
        backend.always(Behaviours.chat("Hi.", 1, 1));
        assertThat(chat(key, model.model(), "").statusCode()).isEqualTo(200);

        Tenant.run(customer.tenant(), () -> {
            ApiKeys keys = program.getBean(ApiKeys.class);
            keys.revoke(keys.list().getFirst().id(), null);
        });

        await().atMost(Duration.ofSeconds(1))
                .until(() -> chat(key, model.model(), "").statusCode() == 401);
    }

    @Test
    void refusesAModelThatIsUnknownNotSubscribedOrWithdrawn() throws Exception {
        assertError(chat(key, "no-such-model", ""), 404, "model_not_found");
        OfferView other = stall.model(Task.CHAT, PRICES, backend.baseUrl());
        assertThat(chat(key, other.model(), "").statusCode()).isBetween(400, 404);

        program.getBean(Offers.class).withdraw(model.id());

        await().atMost(Duration.ofSeconds(1))
                .until(() -> chat(key, model.model(), "").statusCode() == 404);
    }

    @Test
    void refusesWhatTheBalanceDoesNotCoverAndTellsTheSdkNotToRetry() throws Exception {
        Stall.Customer poor = stall.customer(new Money(10, "USD")).subscribe(model);

        HttpResponse<String> answer = chat(poor.key(), model.model(), "");

        assertError(answer, 402, "insufficient_quota");
        assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
        assertThat(backend.seen("/chat/completions")).isEmpty();
        assertThat(poor.settledCalls()).isZero();
    }

    @Test
    void chargesNothingForWhatTheBackendSpoils() throws Exception {
        backend.next(Behaviours.html(200, "<html>login</html>"));
        assertThat(chat(key, model.model(), "").statusCode()).isEqualTo(502);
        backend.next(Behaviours.error(500, "boom", "broken"));
        assertThat(chat(key, model.model(), "").statusCode()).isBetween(500, 502);

        settled(2);

        assertThat(customer.balanceNanos()).isEqualTo(TEN_DOLLARS.nanos());
        await().atMost(Duration.ofSeconds(10)).until(() -> customer.leasedNanos() == 0);
    }

    @Test
    void exactlyAsManyParallelCallsPassAsTheBalanceCovers() throws Exception {
        backend.always(Behaviours.chat("Hi.", 40, 256));
        // every call holds and costs the same here: no input price, and the output cap is always used up
        OfferView fixed = stall.model(Task.CHAT, Map.of(TokenClass.OUTPUT, 1_000_000L), backend.baseUrl());
        long each = 256 * 1_000L;
        Stall.Customer ten = stall.customer(new Money(10 * each, "USD")).subscribe(fixed);
        String tenKey = ten.key();
        try (ExecutorService callers = Executors.newFixedThreadPool(40)) {
            Callable<Integer> call = () -> chat(tenKey, fixed.model(), "").statusCode();
            List<Future<Integer>> answers = callers.invokeAll(java.util.Collections.nCopies(40, call));
            int passed = 0;
            for (Future<Integer> answer : answers) {
                passed += answer.get() == 200 ? 1 : 0;
            }
            assertThat(passed).isEqualTo(10);
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> ten.settledCalls() == 10);
        assertThat(ten.balanceNanos()).isZero();
    }

    @Test
    void listsWhatTheKeyMayCall() throws Exception {
        HttpResponse<String> models = send(
                request("/v1/models").header("authorization", "Bearer " + key).GET());

        assertThat(models.statusCode()).isEqualTo(200);
        assertThat(models.body()).contains('"' + model.model() + '"');
        assertThat(send(request("/v1/models").GET()).statusCode()).isEqualTo(401);
        assertThat(send(request("/v1/nothing-here").GET()).statusCode()).isEqualTo(404);
    }

    private void settled(long calls) {
        await().atMost(Duration.ofSeconds(2)).until(() -> customer.settledCalls() == calls);
    }

    private static void assertError(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).startsWith("{\"error\":").contains("\"code\":\"" + code + '"');
    }

    private HttpResponse<String> chat(String withKey, String name, String more)
            throws IOException, InterruptedException {
        return send(request("/v1/chat/completions")
                .header("authorization", "Bearer " + withKey)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + name
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello " + UUID.randomUUID() + "\"}]"
                        + more + "}")));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + program.getEnvironment().getProperty("souk.gateway.port") + path))
                .timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
