package io.souk.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.RateLimitException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.souk.access.ApiKeyView;
import io.souk.access.ApiKeys;
import io.souk.access.BudgetPeriod;
import io.souk.access.Budgets;
import io.souk.access.Limits;
import io.souk.access.RateLimits;
import io.souk.access.Scope;
import io.souk.catalog.OfferView;
import io.souk.catalog.Task;
import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TokenClass;
import io.souk.support.Behaviours;
import io.souk.support.FakeBackend;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import io.souk.support.TestRedis;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Limits and budgets as callers meet them. */
@SoukTest
class GatewayLimitsTests {
    /** A call holds and costs the same here: no input price, and the whole output cap of 256 is used. */
    private static final Map<TokenClass, Long> OUTPUT_ONLY = Map.of(TokenClass.OUTPUT, 1_000_000L);

    private static final long EACH = 256 * 1_000L;
    private static final Money PLENTY = Money.ofMinor(100_00, "USD");

    @Autowired
    private ApplicationContext program;

    @Autowired
    @Qualifier("system")
    private JdbcClient system;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final FakeBackend backend = FakeBackend.http("/v1", "backend-secret");
    private Stall stall;
    private OfferView model;
    private Stall.Customer customer;
    private String key;
    private UUID keyId = Ids.NIL;

    @BeforeEach
    void aSubscribedCustomer() {
        stall = new Stall(program);
        backend.always(Behaviours.chat("Hi.", 40, 256));
        model = stall.model(Task.CHAT, OUTPUT_ONLY, backend.baseUrl());
        customer = stall.customer(PLENTY).subscribe(model);
        key = customer.key();
        keyId = theKey().id();
    }

    private ApiKeyView theKey() {
        return Tenant.get(
                        customer.tenant(), () -> program.getBean(ApiKeys.class).list())
                .getFirst();
    }

    @AfterEach
    void stopTheBackend() {
        backend.close();
    }

    private void limit(Scope scope, UUID subject, Limits limits) {
        Tenant.run(customer.tenant(), () -> program.getBean(RateLimits.class).set(scope, subject, limits, null));
    }

    private void budget(Scope scope, UUID subject, BudgetPeriod period, long nanos) {
        Tenant.run(
                customer.tenant(),
                () -> program.getBean(Budgets.class).set(scope, subject, period, new Money(nanos, "USD"), true, null));
    }

    private String ownUrl() {
        return "http://127.0.0.1:" + program.getEnvironment().getProperty("souk.gateway.port");
    }

    private HttpRequest request(String url, String more) {
        return HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
                .timeout(Duration.ofSeconds(60))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body(more)))
                .build();
    }

    private String body(String more) {
        return "{\"model\":\"" + model.model() + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]" + more
                + "}";
    }

    private HttpResponse<String> chat(String more) throws IOException, InterruptedException {
        return http.send(request(ownUrl(), more), HttpResponse.BodyHandlers.ofString());
    }

    /** Waits until the gateway has heard of a limit of tokens, by a call that never fits and so counts for nothing. */
    private void awaitLimitOfTokens() {
        await().atMost(Duration.ofSeconds(5))
                .until(() -> chat(",\"n\":100")
                        .headers()
                        .firstValue("x-ratelimit-limit-tokens")
                        .isPresent());
    }

    private int passed(int calls, String... urls) throws Exception {
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            all.add(http.sendAsync(request(urls[i % urls.length], ""), HttpResponse.BodyHandlers.ofString()));
        }
        int passed = 0;
        for (CompletableFuture<HttpResponse<String>> one : all) {
            HttpResponse<String> answer = one.get(90, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).as(answer.body()).isIn(200, 402, 429);
            passed += answer.statusCode() == 200 ? 1 : 0;
        }
        return passed;
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void tellsEveryAnswerWhereItsLimitsStandAndRefusesBeyondThem() throws Exception {
        limit(Scope.KEY, keyId, new Limits(2, 10_000, 0));
        awaitLimitOfTokens();

        HttpResponse<String> first = chat("");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(header(first, "x-ratelimit-limit-requests")).isEqualTo("2");
        assertThat(header(first, "x-ratelimit-remaining-requests")).isEqualTo("1");
        assertThat(header(first, "x-ratelimit-reset-requests")).matches("1m0s|[0-9]+s");
        assertThat(header(first, "x-ratelimit-limit-tokens")).isEqualTo("10000");
        chat("");

        HttpResponse<String> refused = chat("");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body())
                .startsWith("{\"error\":{")
                .contains("\"code\":\"rate_limit_exceeded\"", "\"type\":\"requests\"")
                .contains("The limit of 2 requests per minute of this API key is reached. Try again in ");
        assertThat(header(refused, "x-ratelimit-remaining-requests")).isEqualTo("0");
        assertThat(Integer.parseInt(header(refused, "retry-after"))).isBetween(1, 60);
        assertThat(header(refused, "x-should-retry")).isEmpty();

        OpenAIClient sdk = OpenAIOkHttpClient.builder()
                .baseUrl(ownUrl() + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
        try {
            RateLimitException thrown = catchThrowableOfType(
                    RateLimitException.class,
                    () -> sdk.chat()
                            .completions()
                            .create(ChatCompletionCreateParams.builder()
                                    .model(model.model())
                                    .addUserMessage("Hello")
                                    .build()));
            assertThat(thrown.headers().values("x-ratelimit-remaining-requests"))
                    .containsExactly("0");
            assertThat(thrown.code()).hasValue("rate_limit_exceeded");
            assertThat(thrown.type()).hasValue("requests");
        } finally {
            sdk.close();
        }
    }

    @Test
    void passesExactlyAHundredOfFiveHundredCalls() throws Exception {
        limit(Scope.KEY, keyId, new Limits(100, 0, 0));
        // one call tells when the gateway has heard of it, and is one of the hundred
        await().atMost(Duration.ofSeconds(5))
                .until(() -> chat("").headers()
                        .firstValue("x-ratelimit-limit-requests")
                        .isPresent());
        assertThat(passed(500, ownUrl())).isEqualTo(99);
    }

    @Test
    void passesExactlyAHundredOverTwoGatewaysThatShareRedis() throws Exception {
        limit(Scope.ORGANISATION, customer.tenant().value(), new Limits(100, 0, 0));
        try (TestRedis redis = new TestRedis();
                SpareGateway one = new SpareGateway(program, redis.url());
                SpareGateway two = new SpareGateway(program, redis.url())) {
            assertThat(passed(2, one.url(), two.url())).isEqualTo(2);
            assertThat(passed(500, one.url(), two.url())).isEqualTo(98);
        }
    }

    @Test
    void countsTokensByWhatWasUsedWhenACallHasEnded() throws Exception {
        limit(Scope.PROJECT, theKey().projectId(), new Limits(0, 1_000, 0));
        awaitLimitOfTokens();

        // each reckons with 256 and what its input may be, and uses 296
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> answer = chat("");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> {
            HttpResponse<String> answer = chat("");
            return header(answer, "x-ratelimit-remaining-tokens").equals(Integer.toString(1_000 - 3 * 296));
        });
        HttpResponse<String> refused = chat("");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("\"type\":\"tokens\"", "112 are left", "the key's project");

        HttpResponse<String> never = chat(",\"n\":8");
        assertThat(never.statusCode()).isEqualTo(429);
        assertThat(never.body()).contains("ever allows");
        assertThat(header(never, "x-should-retry")).isEqualTo("false");
        assertThat(header(never, "retry-after")).isEmpty();
    }

    @Test
    void aPlaceIsFreeAgainHoweverACallEnds() throws Exception {
        limit(Scope.KEY, keyId, new Limits(100_000, 0, 1));
        await().atMost(Duration.ofSeconds(5))
                .until(() -> chat("").headers()
                        .firstValue("x-ratelimit-limit-requests")
                        .isPresent());
        // an error, a broken stream, a caller who hangs up while the backend is silent
        backend.next(Behaviours.error(500, "boom", "broken"));
        assertThat(chat("").statusCode()).isBetween(500, 502);
        awaitPlace();
        backend.next(Behaviours.cutsAfter(
                Behaviours.chunks("upstream-model", "some words").subList(0, 1)));
        try {
            chat(",\"stream\":true");
        } catch (IOException brokenAsExpected) {
            // the stream broke, which is what this is about
        }
        awaitPlace();
        backend.next(Behaviours.stalls());
        int before = backend.seen("/chat/completions").size();
        try (Socket caller = new Socket("127.0.0.1", URI.create(ownUrl()).getPort())) {
            byte[] body = body("").getBytes(StandardCharsets.UTF_8);
            OutputStream out = caller.getOutputStream();
            out.write(("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + key
                            + "\r\ncontent-type: application/json\r\ncontent-length: " + body.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            out.flush();
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> backend.seen("/chat/completions").size() > before);
            HttpResponse<String> refused = chat("");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.body()).contains("1 calls at once of this API key");
        }
        awaitPlace();
    }

    private void awaitPlace() {
        await().atMost(Duration.ofSeconds(5)).until(() -> chat("").statusCode() == 200);
    }

    @Test
    void aBudgetHoldsOverTwoGatewaysUnderParallelCallsAndSaysWhenItStartsAnew() throws Exception {
        budget(Scope.PROJECT, theKey().projectId(), BudgetPeriod.MONTH, 10 * EACH);
        // heard of after the budget
        limit(Scope.KEY, keyId, new Limits(0, 25_000, 0));
        awaitLimitOfTokens();
        try (SpareGateway spare = new SpareGateway(program, null)) {
            assertThat(passed(60, spare.url(), spare.url(), ownUrl())).isLessThanOrEqualTo(10);
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                chat("");
                return customer.settledCalls() == 10;
            });
            HttpResponse<String> refused = chat("");
            assertThat(refused.statusCode()).isEqualTo(402);
            assertThat(header(refused, "x-should-retry")).isEqualTo("false");
            assertThat(refused.body())
                    .contains("\"code\":\"insufficient_quota\"")
                    .contains("the monthly budget of 0.00256 USD of the key's project")
                    .contains("It starts anew on ")
                    .contains(" at 00:00 UTC.");
            assertThat(customer.balanceNanos()).isEqualTo(PLENTY.nanos() - 10 * EACH);

            // without a counter nothing passes, and it is not the caller's fault
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                system.sql("delete from billing.budget_windows where tenant_id = ?")
                        .param(customer.tenant().value())
                        .update();
                return chat("").statusCode() == 503;
            });
        }
    }

    @Test
    void promotionalCreditIsSpentBeforeMoney() throws Exception {
        UUID gift = Ids.next();
        Tenant.run(
                customer.tenant(),
                () -> program.getBean(io.souk.billing.Promotions.class)
                        .grant(gift, new Money(3 * EACH / 2, "USD"), "Welcome", null, Ids.next()));
        Stall.Customer given = customer;
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            // gateways hear of a new counter within a second; until then calls are paid from the wallet
            chat("");
            return promotional(given) < 3 * EACH / 2;
        });
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            chat("");
            return promotional(given) == 0;
        });
        await().atMost(Duration.ofSeconds(5))
                .until(() -> given.balanceNanos() == PLENTY.nanos() - given.chargedNanos() + 3 * EACH / 2);
    }

    private long promotional(Stall.Customer of) {
        return Tenant.get(
                of.tenant(),
                () -> program.getBean(io.souk.billing.Wallets.class)
                        .wallet()
                        .promotional()
                        .nanos());
    }

    @Test
    void aModelsLimitIsForEachOrganisation() throws Exception {
        program.getBean(RateLimits.class).setOfModel(model.id(), new Limits(1, 0, 0), Ids.next());
        await().atMost(Duration.ofSeconds(5)).until(() -> chat("").statusCode() == 429);
        assertThat(chat("").body()).contains("1 requests per minute of your organisation with this model");

        customer = stall.customer(PLENTY).subscribe(model);
        key = customer.key();
        assertThat(chat("").statusCode()).isEqualTo(200);

        program.getBean(RateLimits.class).setOfModel(model.id(), Limits.NONE, Ids.next());
        await().atMost(Duration.ofSeconds(2)).until(() -> chat("").statusCode() == 200);
    }
}
