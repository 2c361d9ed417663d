package io.souk.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import io.souk.catalog.OfferView;
import io.souk.catalog.Task;
import io.souk.gateway.dialect.Tokenizer;
import io.souk.kernel.Money;
import io.souk.kernel.TokenClass;
import io.souk.support.Behaviours;
import io.souk.support.FakeBackend;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

/** What a stream may cost, through the whole program and PostgreSQL. Output costs 1,000 nano-units a token. */
@SoukTest
@TestPropertySource(properties = {"souk.gateway.hold.slice-tokens=16", "souk.gateway.hold.slice-nanos=0"})
class StreamCreditTests {
    private static final Pattern CONTENT = Pattern.compile("\"content\":\"([^\"]*)\"");
    private static final long TOKEN = 1_000;
    private static final int WORDS = 200;
    private static final Map<TokenClass, Long> OUTPUT_ONLY = Map.of(TokenClass.OUTPUT, 1_000_000L);

    @Autowired
    private ApplicationContext program;

    @Autowired
    @Qualifier("system")
    private JdbcClient system;

    @Autowired
    @Qualifier("system")
    private DataSource dataSource;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final FakeBackend backend = FakeBackend.http("/v1", "backend-secret");
    private Stall stall;
    private OfferView model;

    @BeforeEach
    void aModel() {
        stall = new Stall(program);
        model = stall.model(Task.CHAT, OUTPUT_ONLY, backend.baseUrl());
    }

    @AfterEach
    void stop() {
        backend.close();
    }

    private Stall.Customer customer(long nanos) {
        return stall.customer(new Money(nanos, "USD")).subscribe(model);
    }

    private CompletableFuture<HttpResponse<String>> stream(Stall.Customer customer, String prompt, String more) {
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                + program.getEnvironment().getProperty("souk.gateway.port") + "/v1/chat/completions"))
                        .timeout(Duration.ofSeconds(40))
                        .header("authorization", "Bearer " + customer.key())
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model.model()
                                + "\",\"stream\":true" + more + ",\"messages\":[{\"role\":\"user\",\"content\":\""
                                + prompt
                                + "\"}]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String text(String stream) {
        StringBuilder text = new StringBuilder();
        Matcher content = CONTENT.matcher(stream);
        while (content.find()) {
            text.append(content.group(1));
        }
        return text.toString();
    }

    private record Settled(String reason, long charge, long held, long absorbed, long output, String source) {}

    private Settled settled(Stall.Customer customer) {
        await().atMost(Duration.ofSeconds(10)).until(() -> customer.settledCalls() == 1);
        Settled settled = system.sql("""
            select reason, charge_nanos, held_nanos, absorbed_nanos, output, source from usage.calls where tenant_id = ?\
            """)
                .param(customer.tenant().value())
                .query((row, number) -> new Settled(
                        row.getString(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getString(6)))
                .single();
        // whatever became of the stream, what it did not use comes back and the books are even
        await().atMost(Duration.ofSeconds(15)).until(() -> customer.leasedNanos() == 0);
        assertThat(settled.charge).isLessThanOrEqualTo(settled.held);
        assertThat(system.sql("select sum(amount_nanos)::bigint from billing.ledger_entries where tenant_id = ?")
                        .param(customer.tenant().value())
                        .query(Long.class)
                        .single())
                .isZero();
        return settled;
    }

    @Test
    void aStreamThatOutgrowsItsSliceIsHeldForAndChargedExactly() throws Exception {
        Stall.Customer customer = customer(10_000_000);
        backend.always(Behaviours.chat("word ".repeat(WORDS), 12, WORDS));

        HttpResponse<String> answer = stream(customer, "hello", "").get(40, TimeUnit.SECONDS);

        assertThat(text(answer.body())).isEqualTo("word ".repeat(WORDS));
        assertThat(answer.body()).contains("[DONE]");
        Settled settled = settled(customer);
        assertThat(settled.reason).isEqualTo("completed");
        assertThat(settled.charge).isEqualTo(WORDS * TOKEN);
        assertThat(settled.held).isGreaterThan(16 * TOKEN);
        assertThat(customer.balanceNanos()).isEqualTo(10_000_000 - WORDS * TOKEN);
    }

    @Test
    void aStreamWhoseCreditEndsEndsCleanlyAndIsChargedForWhatWasDelivered() throws Exception {
        long balance = 60 * TOKEN;
        Stall.Customer customer = customer(balance);
        backend.always(Behaviours.chat("word ".repeat(WORDS), 12, WORDS));

        HttpResponse<String> answer = stream(customer, "hello", ",\"stream_options\":{\"include_usage\":true}")
                .get(40, TimeUnit.SECONDS);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\"finish_reason\":\"length\"", "data: [DONE]")
                .doesNotContain("\"error\"");
        long delivered = Tokenizer.count(text(answer.body()));
        Settled settled = settled(customer);
        assertThat(settled.reason).isEqualTo("credit_exhausted");
        assertThat(settled.output).isEqualTo(delivered);
        assertThat(settled.charge).isEqualTo(delivered * TOKEN).isBetween(50 * TOKEN, balance);
        assertThat(settled.absorbed).isZero();
        assertThat(answer.body()).contains("\"completion_tokens\":" + delivered);
        assertThat(customer.balanceNanos()).isEqualTo(balance - settled.charge);
    }

    @Test
    void whatIsThoughtAndNotSaidIsHeldBeforeItIsCharged() throws Exception {
        Stall.Customer customer = customer(10_000_000);
        backend.always((exchange, body, server) -> {
            OutputStream out = begin(exchange);
            List<String> chunks = Behaviours.chunks("m", "Yes.");
            for (String chunk : chunks) {
                send(out, chunk);
            }
            send(out, """
                {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":200,"total_tokens":205,\
                "completion_tokens_details":{"reasoning_tokens":198}}}\
                """);
            send(out, "[DONE]");
            out.close();
        });

        stream(customer, "hello", "").get(40, TimeUnit.SECONDS);

        Settled settled = settled(customer);
        assertThat(settled.charge).isEqualTo(200 * TOKEN);
        assertThat(settled.absorbed).isZero();
    }

    @Test
    void aStreamWaitsForPostgresToSayWhetherThereIsMoreAndGoesOn() throws Exception {
        // so little that every slice has to be asked for
        Stall.Customer customer = customer(300 * TOKEN);
        CountDownLatch goOn = new CountDownLatch(1);
        backend.always((exchange, body, server) -> {
            List<String> chunks = Behaviours.chunks("m", "word ".repeat(WORDS));
            OutputStream out = begin(exchange);
            for (int i = 0; i < chunks.size(); i++) {
                send(out, chunks.get(i));
                if (i == 2) {
                    goOn.await();
                }
            }
            send(
                    out,
                    "{\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":200,\"total_tokens\":205}}");
            send(out, "[DONE]");
            out.close();
        });
        CompletableFuture<HttpResponse<String>> answer = stream(customer, "hello", "");
        await().atMost(Duration.ofSeconds(10)).until(() -> customer.leasedNanos() > 0);
        try (Connection lock = dataSource.getConnection()) {
            lock.setAutoCommit(false);
            try (PreparedStatement statement =
                    lock.prepareStatement("select id from billing.counters where tenant_id = ? for update")) {
                statement.setObject(1, customer.tenant().value());
                statement.executeQuery();
            }
            goOn.countDown();
            // nothing answers, so the stream waits
            await().during(Duration.ofMillis(1_500))
                    .atMost(Duration.ofSeconds(4))
                    .until(() -> !answer.isDone() && customer.settledCalls() == 0);
            lock.rollback();
        }
        assertThat(text(answer.get(40, TimeUnit.SECONDS).body())).isEqualTo("word ".repeat(WORDS));

        Settled settled = settled(customer);
        assertThat(settled.reason).isEqualTo("completed");
        assertThat(settled.charge).isEqualTo(200 * TOKEN);
    }

    @Test
    void aPromptIsTokenisedWhereItsBytesCannotBeHeldFor() throws Exception {
        model = stall.model(Task.CHAT, Map.of(TokenClass.INPUT, 1_000_000L), backend.baseUrl());
        String prompt = "hello world ".repeat(400);
        long tokens = Tokenizer.count(prompt);
        Stall.Customer enough = customer(2 * tokens * TOKEN);
        assertThat((long) prompt.length()).isGreaterThan(3 * tokens);
        backend.always(Behaviours.chat("Yes.", tokens, 1));
        assertThat(stream(enough, prompt, "").get(40, TimeUnit.SECONDS).statusCode())
                .isEqualTo(200);
        assertThat(settled(enough).charge).isEqualTo(tokens * TOKEN);

        Stall.Customer tooLittle = customer(tokens * TOKEN / 2);
        assertThat(stream(tooLittle, prompt, "").get(40, TimeUnit.SECONDS).statusCode())
                .isEqualTo(402);
    }

    @Test
    void picturesAreHeldForThoughTheirAddressIsShort() throws Exception {
        model = stall.model(Task.CHAT, Map.of(TokenClass.INPUT, 1_000_000L), backend.baseUrl());
        Stall.Customer customer = customer(3_000 * TOKEN);
        backend.always(Behaviours.chat("A cat.", 900, 1));
        String withPicture = "\"}]},{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":"
                + "{\"url\":\"https://example.org/cat.png\"}},{\"type\":\"text\",\"text\":\"What is it";
        HttpResponse<String> refused = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                + program.getEnvironment().getProperty("souk.gateway.port") + "/v1/chat/completions"))
                        .timeout(Duration.ofSeconds(40))
                        .header("authorization", "Bearer " + customer.key())
                        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model.model()
                                + "\",\"messages\":[{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"Look."
                                + withPicture + "\"}]}]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(402);
    }

    private static OutputStream begin(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("content-type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    private static void send(OutputStream out, String event) throws IOException {
        out.write(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
