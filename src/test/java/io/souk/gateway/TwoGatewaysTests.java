package io.souk.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.catalog.OfferView;
import io.souk.catalog.Task;
import io.souk.kernel.Money;
import io.souk.kernel.TokenClass;
import io.souk.support.Behaviours;
import io.souk.support.FakeBackend;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The program's own gateway and a second one, over one PostgreSQL. The second one's machine has its clock wrong. */
@SoukTest
class TwoGatewaysTests {
    private static final long EACH = 256 * 1_000L;

    @Autowired
    private ApplicationContext program;

    @Autowired
    @Qualifier("system")
    private JdbcClient system;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    private final FakeBackend backend = FakeBackend.http("/v1", "backend-secret");
    private SpareGateway second;
    private Stall stall;
    private OfferView model;

    @BeforeEach
    void twoGateways() throws Exception {
        second = new SpareGateway(program, null, Clock.offset(Clock.systemUTC(), Duration.ofHours(5)));
        stall = new Stall(program);
        // every call holds and costs the same here: no input price, and the output cap is always used up
        model = stall.model(Task.CHAT, Map.of(TokenClass.OUTPUT, 1_000_000L), backend.baseUrl());
    }

    @AfterEach
    void stop() throws Exception {
        backend.close();
        second.close();
    }

    /** As an SDK calls: a gateway that is too busy to take it, which others' work on the machine makes it, is asked again. */
    private CompletableFuture<HttpResponse<String>> call(boolean toSecond, String key) {
        return once(toSecond, key)
                .thenCompose(answer ->
                        answer.statusCode() == 503 ? call(toSecond, key) : CompletableFuture.completedFuture(answer));
    }

    private CompletableFuture<HttpResponse<String>> once(boolean toSecond, String key) {
        int port = toSecond
                ? second.port
                : program.getEnvironment().getRequiredProperty("souk.gateway.port", Integer.class);
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                        .timeout(Duration.ofSeconds(90))
                        .header("authorization", "Bearer " + key)
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model.model()
                                + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello\"}]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void exactlyAHundredOfFiveHundredPassOverTwoGateways() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        backend.always((exchange, body, server) -> {
            answer.await();
            Behaviours.chat("Hi.", 40, 256).answer(exchange, body, server);
        });
        Stall.Customer customer = stall.customer(new Money(100 * EACH, "USD")).subscribe(model);
        String key = customer.key();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            answers.add(call(i % 2 == 1, key));
        }
        // all that pass are held open until every other one is refused
        await().atMost(Duration.ofSeconds(60))
                .until(() -> answers.stream().filter(CompletableFuture::isDone).count() == 400);
        answer.countDown();

        int passed = 0;
        int refused = 0;
        for (CompletableFuture<HttpResponse<String>> each : answers) {
            int status = each.get(60, TimeUnit.SECONDS).statusCode();
            passed += status == 200 ? 1 : 0;
            refused += status == 402 ? 1 : 0;
        }
        assertThat(passed).isEqualTo(100);
        assertThat(refused).isEqualTo(400);
        await().atMost(Duration.ofSeconds(20)).until(() -> customer.settledCalls() == 100);
        await().atMost(Duration.ofSeconds(20)).until(() -> customer.leasedNanos() == 0);
        assertThat(customer.balanceNanos()).isZero();
        assertThat(customer.chargedNanos()).isEqualTo(100 * EACH);
        assertThat(system.sql("select sum(amount_nanos)::bigint from billing.ledger_entries where tenant_id = ?")
                        .param(customer.tenant().value())
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void theSecondServesFromWhatTheFirstHasLeasedAndDoesNotUse() throws Exception {
        backend.always(Behaviours.chat("Hi.", 40, 256));
        Stall.Customer customer = stall.customer(new Money(4 * EACH, "USD")).subscribe(model);
        String key = customer.key();
        // four calls leave the first one with nothing, or with all that is left
        for (int i = 0; i < 4; i++) {
            boolean toSecond = i % 2 == 1;
            assertThat(call(toSecond, key).get(60, TimeUnit.SECONDS).statusCode())
                    .isEqualTo(200);
        }
        assertThat(call(true, key).get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(402);
        await().atMost(Duration.ofSeconds(20)).until(() -> customer.settledCalls() == 4);
        assertThat(customer.balanceNanos()).isZero();
    }

    @Test
    void datesItsCallsByTheDatabaseThoughItsMachineIsHoursAhead() throws Exception {
        backend.always(Behaviours.chat("Hi.", 40, 256));
        Stall.Customer customer = stall.customer(new Money(4 * EACH, "USD")).subscribe(model);

        assertThat(call(true, customer.key()).get(60, TimeUnit.SECONDS).statusCode())
                .isEqualTo(200);

        await().atMost(Duration.ofSeconds(20)).until(() -> customer.settledCalls() == 1);
        assertThat(system.sql("""
            select abs(extract(epoch from started_at - clock_timestamp())) < 60 from usage.calls where tenant_id = ?\
            """)
                        .param(customer.tenant().value())
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }
}
