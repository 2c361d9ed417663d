package io.souk.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.souk.access.ApiKeys;
import io.souk.catalog.OfferView;
import io.souk.catalog.Task;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TokenClass;
import io.souk.supply.BackendDraft;
import io.souk.supply.BackendRefused;
import io.souk.supply.Backends;
import io.souk.support.Behaviours;
import io.souk.support.FakeBackend;
import io.souk.support.FreePorts;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

/** Bad input and bad backends, through the whole program: each is answered in OpenAI's shape and leaves nothing half done. */
@SoukTest
@TestPropertySource(
        properties = {
            "souk.gateway.max-body=64KB",
            "souk.gateway.body-timeout=500ms",
            "souk.gateway.first-byte-timeout=500ms"
        })
class BadInputCallsTests {
    private static final Map<TokenClass, Long> PRICES =
            Map.of(TokenClass.INPUT, 1_000_000L, TokenClass.OUTPUT, 2_000_000L);

    private static final Money TEN_DOLLARS = Money.ofMinor(1_000, "USD");

    @Autowired
    private ApplicationContext program;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final FakeBackend backend =
            FakeBackend.http("/v1", "backend-secret").always(Behaviours.chat("Hi.", 1, 1));
    private Stall stall;
    private JdbcClient database;
    private OfferView model;
    private Stall.Customer customer;
    private String key;

    @BeforeEach
    void aSubscribedCustomer() {
        stall = new Stall(program);
        database = program.getBean("systemJdbcClient", JdbcClient.class);
        model = stall.model(Task.CHAT, PRICES, backend.baseUrl());
        customer = stall.customer(TEN_DOLLARS).subscribe(model);
        key = customer.key();
    }

    @AfterEach
    void stopTheBackend() {
        backend.close();
    }

    /** No hold and no lease, no entry beside the top-up, the whole balance; {@code recorded} calls, none charged. */
    private void leavesNothing(Stall.Customer of, Money balance, long recorded) {
        await().atMost(Duration.ofSeconds(10)).until(() -> of.settledCalls() == recorded && of.leasedNanos() == 0);
        assertThat(of.chargedNanos()).isZero();
        assertThat(of.balanceNanos()).isEqualTo(balance.nanos());
        assertThat(number(
                        "select count(*) from billing.ledger_transactions where tenant_id = ? and kind <> 'top_up'",
                        of))
                .isZero();
        assertThat(number(
                        "select coalesce(sum(granted_nanos - settled_nanos), 0)::bigint from billing.leases where"
                                + " tenant_id = ?",
                        of))
                .isZero();
        assertThat(number("select count(*) from billing.quarantine where tenant_id = ?", of))
                .isZero();
    }

    private void leavesNothing(long recorded) {
        leavesNothing(customer, TEN_DOLLARS, recorded);
    }

    private long number(String query, Stall.Customer of) {
        return database.sql(query).param(of.tenant().value()).query(Long.class).single();
    }

    @Test
    void refusesAKeyFromTheMomentItExpires() throws Exception {
        UUID project = database.sql("select id from tenancy.projects where tenant_id = ?")
                .param(customer.tenant().value())
                .query(UUID.class)
                .single();
        Instant end = Instant.now().plusSeconds(3);
        String shortLived = Tenant.get(
                customer.tenant(),
                () -> program.getBean(ApiKeys.class)
                        .create("Short-lived", project, end, null)
                        .secret());
        await().atMost(Duration.ofSeconds(10))
                .until(() -> chat(shortLived, model.model()).statusCode() == 401);
        assertThat(Instant.now()).isAfterOrEqualTo(end);
        assertError(chat(shortLived, model.model()), 401, "invalid_api_key");
    }

    @Test
    void leavesNothingOfCallsWithAKeyThatIsWrongOrRevoked() throws Exception {
        Tenant.run(customer.tenant(), () -> {
            ApiKeys keys = program.getBean(ApiKeys.class);
            keys.revoke(keys.list().getFirst().id(), null);
        });
        await().atMost(Duration.ofSeconds(5))
                .until(() -> chat(key, model.model()).statusCode() == 401);
        long before = customer.settledCalls();
        assertError(chat(key, model.model()), 401, "invalid_api_key");
        assertError(chat(key.substring(0, 45) + "x", model.model()), 401, "invalid_api_key");
        assertThat(customer.settledCalls()).isEqualTo(before);
        await().atMost(Duration.ofSeconds(10)).until(() -> customer.leasedNanos() == 0);
    }

    @Test
    void leavesNothingOfCallsToModelsThatAreUnknownOrNotSubscribed() throws Exception {
        OfferView other = stall.model(Task.CHAT, PRICES, backend.baseUrl());
        assertError(chat(key, "no-such-model"), 404, "model_not_found");
        assertError(chat(key, other.model()), 403, "model_not_subscribed");
        assertThat(backend.seen("/chat/completions")).isEmpty();
        leavesNothing(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no JSON", "[]", "{\"model\":", "{\"messages\":[]}", "\u0000"})
    void leavesNothingOfABodyThatIsNoRequest(String body) throws Exception {
        HttpResponse<String> answer = send(body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("{\"error\":");
        assertThat(backend.seen("/chat/completions")).isEmpty();
        leavesNothing(0);
    }

    @Test
    void leavesNothingOfABodyThatIsTooLarge() throws Exception {
        assertError(
                send("{\"model\":\"" + model.model() + "\",\"messages\":[\"" + "x".repeat(70_000) + "\"]}"),
                413,
                "request_too_large");
        assertThat(backend.seen("/chat/completions")).isEmpty();
        leavesNothing(0);
    }

    @Test
    void leavesNothingOfABodyThatIsHalfSent() throws Exception {
        String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key
                + "\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"model\":\"" + model.model();
        try (Socket caller = new Socket("127.0.0.1", gatewayPort())) {
            caller.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
        }
        try (Socket caller = new Socket("127.0.0.1", gatewayPort());
                InputStream in = caller.getInputStream()) {
            caller.setSoTimeout(10_000);
            caller.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 408")
                    .contains("request_timeout");
        }
        assertThat(backend.seen("/chat/completions")).isEmpty();
        leavesNothing(0);
    }

    @Test
    void leavesNothingOfACallThatTheBalanceDoesNotCover() throws Exception {
        Money little = new Money(10, "USD");
        Stall.Customer poor = stall.customer(little).subscribe(model);
        assertError(chat(poor.key(), model.model()), 402, "insufficient_quota");
        Stall.Customer none = stall.customer(Money.ofMinor(0, "USD")).subscribe(model);
        assertError(chat(none.key(), model.model()), 402, "insufficient_quota");
        assertThat(backend.seen("/chat/completions")).isEmpty();
        leavesNothing(poor, little, 0);
        leavesNothing(none, Money.ofMinor(0, "USD"), 0);
    }

    @Test
    void chargesNothingWhereTheBackendDoesNotAnswer() throws Exception {
        backend.always(Behaviours.stalls());
        HttpResponse<String> silent = chat(key, model.model());
        assertThat(silent.statusCode()).as(silent.body()).isEqualTo(504);
        assertThat(silent.body()).startsWith("{\"error\":").contains("500 ms");
        backend.always(Behaviours.hangsUp());
        assertThat(chat(key, model.model()).statusCode()).isEqualTo(502);
        leavesNothing(2);
    }

    @Test
    void chargesNothingWhereNobodyListens() throws Exception {
        OfferView gone = stall.model(Task.CHAT, PRICES, URI.create("http://127.0.0.1:" + FreePorts.next() + "/v1"));
        customer.subscribe(gone);
        HttpResponse<String> answer = chat(key, gone.model());
        assertError(answer, 502, "backend_unreachable");
        leavesNothing(1);
    }

    @Test
    void chargesNothingForAPageOfHtml() throws Exception {
        backend.always(Behaviours.html(200, "<html><body>Sign in</body></html>"));
        HttpResponse<String> answer = chat(key, model.model());
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).startsWith("{\"error\":").doesNotContain("<html>");
        leavesNothing(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/v1",
                "http://[fe80::1]/v1",
                "http://10.1.2.3/v1",
                "http://192.168.0.1:8080/v1",
                "http://[::ffff:169.254.169.254]/v1",
                "http://0.0.0.0/v1"
            })
    void goesToNoForbiddenAddress(String address) throws Exception {
        assertThatThrownBy(() -> program.getBean(Backends.class)
                        .add(model.id(), BackendDraft.of("two", URI.create(address), "upstream-model", null)))
                .isInstanceOf(BackendRefused.class);
        assertThat(number(
                        "select count(*) from supply.backends where offer_id = '" + model.id() + "' and ? is not null",
                        customer))
                .as("no backend is kept of it")
                .isEqualTo(1);

        // an address that came to be forbidden later, or stands in the database by another way
        database.sql("update supply.backends set base_url = ? where offer_id = ?")
                .params(address, model.id())
                .update();
        await().atMost(Duration.ofSeconds(5))
                .until(() -> chat(key, model.model()).statusCode() == 503);
        HttpResponse<String> answer = chat(key, model.model());
        assertError(answer, 503, "no_backend");
        assertThat(answer.body()).doesNotContain(URI.create(address).getHost());
        long answered = backend.seen("/chat/completions").size();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> customer.leasedNanos() == 0 && customer.settledCalls() == answered);
        assertThat(customer.chargedNanos())
                .as("what was answered before is charged, and nothing else")
                .isEqualTo(answered * 3_000);
    }

    private static void assertError(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).startsWith("{\"error\":").contains("\"code\":\"" + code + '"');
    }

    private int gatewayPort() {
        return program.getEnvironment().getRequiredProperty("souk.gateway.port", Integer.class);
    }

    private HttpResponse<String> chat(String withKey, String name) throws IOException, InterruptedException {
        return send(
                withKey,
                "{\"model\":\"" + name + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello "
                        + UUID.randomUUID() + "\"}]}");
    }

    private HttpResponse<String> send(String body) throws IOException, InterruptedException {
        return send(key, body);
    }

    private HttpResponse<String> send(String withKey, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gatewayPort() + "/v1/chat/completions"))
                        .timeout(Duration.ofSeconds(20))
                        .header("authorization", "Bearer " + withKey)
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
