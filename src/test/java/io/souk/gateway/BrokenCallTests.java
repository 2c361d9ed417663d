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
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

/**
 * Every row of the table of charges, from the caller's socket to the settled record. After each: the charge is what the
 * table says and within the hold, the balance is less by exactly that, and nothing is held any more.
 */
@SoukTest
@TestPropertySource(
        properties = {
            "souk.gateway.first-byte-timeout=1s",
            "souk.gateway.idle-timeout=1s",
            "souk.gateway.connect-timeout=10s",
            "souk.gateway.routing.report=200ms",
            "souk.gateway.telemetry.call-log=json"
        })
class BrokenCallTests {
    /** An input token costs 1,000 nano-units, an output token 2,000. */
    private static final Map<TokenClass, Long> PRICES =
            Map.of(TokenClass.INPUT, 1_000_000L, TokenClass.OUTPUT, 2_000_000L);

    private static final Money TEN_DOLLARS = Money.ofMinor(1_000, "USD");
    /** "hello" in a chat: three tokens around a message, three before the answer, one of the role and one of the text. */
    private static final long INPUT = 8;

    private static final int MODELS_MAXIMUM = 256;

    @Autowired
    private ApplicationContext program;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final FakeBackend backend = FakeBackend.http("/v1", "backend-secret");
    private Stall stall;
    private OfferView model;
    private Stall.Customer customer;
    private String key;

    /** What stands on the settled record. */
    private record Settled(
            String reason,
            String source,
            int status,
            long input,
            long output,
            long chargeNanos,
            long heldNanos,
            long absorbedNanos,
            int attempts) {}

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

    private Settled settled() {
        await().atMost(Duration.ofSeconds(10)).until(() -> customer.settledCalls() == 1);
        await().atMost(Duration.ofSeconds(10)).until(() -> customer.leasedNanos() == 0);
        Settled settled = program.getBean("systemJdbcClient", JdbcClient.class)
                .sql("select reason, source, status, input, output, charge_nanos, held_nanos, absorbed_nanos, attempts"
                        + " from usage.calls where tenant_id = ?")
                .param(customer.tenant().value())
                .query(Settled.class)
                .single();
        assertThat(customer.balanceNanos()).isEqualTo(TEN_DOLLARS.nanos() - settled.chargeNanos);
        assertThat(settled.chargeNanos).isBetween(0L, settled.heldNanos);
        assertThat(settled.chargeNanos + settled.absorbedNanos)
                .isEqualTo(settled.input * 1_000 + settled.output * 2_000);
        return settled;
    }

    private static List<String> words(String text) {
        List<String> chunks = new ArrayList<>(Behaviours.chunks("m", text));
        chunks.removeLast();
        return chunks;
    }

    private static String usage(long input, long output) {
        return "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[],\"usage\":{\"prompt_tokens\":" + input
                + ",\"completion_tokens\":" + output + "}}";
    }

    private static List<String> whole(String text, String... usages) {
        List<String> events = new ArrayList<>(Behaviours.chunks("m", text));
        events.addAll(List.of(usages));
        events.add("[DONE]");
        return events;
    }

    @Test
    void chargesNothingForAnErrorBeforeAnyOutput() throws Exception {
        backend.always(Behaviours.toCalls(Behaviours.error(500, "boom", "broken")));
        assertThat(chat(true).statusCode()).isEqualTo(500);
        Settled call = settled();
        assertThat(call.reason).isEqualTo("upstream_error");
        assertThat(call.source).isEqualTo("none");
        assertThat(call.chargeNanos).isZero();
    }

    @Test
    void chargesNothingForASilentBackend() throws Exception {
        backend.always(Behaviours.toCalls(Behaviours.stalls()));
        assertThat(chat(false).statusCode()).isEqualTo(504);
        Settled call = settled();
        assertThat(call.reason).isEqualTo("upstream_error");
        assertThat(call.chargeNanos).isZero();
    }

    @Test
    void chargesWhatWasDeliveredOfAStreamThatIsCut() throws Exception {
        backend.always(Behaviours.toCalls(Behaviours.cutsAfter(words("one two three"))));
        assertThat(chat(true).body()).contains("three", "\"error\"").doesNotContain("[DONE]");
        Settled call = settled();
        assertThat(call.reason).isEqualTo("upstream_broken");
        assertThat(call.source).isEqualTo("counted");
        assertThat(call.input).isEqualTo(INPUT);
        assertThat(call.output).isEqualTo(3);
    }

    @Test
    void chargesWhatWasDeliveredOfAStreamThatStalls() throws Exception {
        backend.always(Behaviours.toCalls(Behaviours.stallsAfter(words("one two"))));
        assertThat(chat(true).body()).contains("two", "backend_timeout");
        Settled call = settled();
        assertThat(call.reason).isEqualTo("upstream_broken");
        assertThat(call.output).isEqualTo(2);
    }

    @Test
    void believesNoMoreOfABrokenStreamThanItsBytesJustify() throws Exception {
        List<String> events = words("one two three");
        events.add(usage(INPUT, 200_000));
        backend.always(Behaviours.toCalls(Behaviours.cutsAfter(events)));
        chat(true);
        Settled call = settled();
        assertThat(call.reason).isEqualTo("upstream_broken");
        assertThat(call.source).isEqualTo("corrected");
        assertThat(call.output).isEqualTo(3);
    }

    /** A backend that takes no connection: the call waits for one when its caller leaves. */
    @Test
    void chargesNothingWhenTheCallerLeavesBeforeTheBackendWasSentAnything() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket first = new Socket(deaf.getInetAddress(), deaf.getLocalPort());
                Socket second = new Socket(deaf.getInetAddress(), deaf.getLocalPort())) {
            assertThat(first.isConnected() && second.isConnected()).isTrue();
            model = stall.model(Task.CHAT, PRICES, URI.create("http://127.0.0.1:" + deaf.getLocalPort() + "/v1"));
            customer.subscribe(model);
            try (Caller caller = new Caller(true)) {
                await().atMost(Duration.ofSeconds(5)).until(() -> customer.leasedNanos() > 0);
                caller.hangUp();
            }
            Settled call = settled();
            assertThat(call.reason).isEqualTo("cancelled");
            assertThat(call.source).isEqualTo("none");
            assertThat(call.status).isEqualTo(499);
            assertThat(call.chargeNanos).isZero();
        }
    }

    @Test
    void chargesTheInputWhenTheCallerLeavesASilentBackend() throws Exception {
        backend.always(Behaviours.toCalls(Behaviours.stalls()));
        try (Caller caller = new Caller(false)) {
            await().atMost(Duration.ofSeconds(5)).until(() -> !chats().isEmpty());
            caller.hangUp();
        }
        Settled call = settled();
        assertThat(call.reason).isEqualTo("cancelled");
        assertThat(call.source).isEqualTo("counted");
        assertThat(call.status).isEqualTo(499);
        assertThat(call.input).isEqualTo(INPUT);
        assertThat(call.output).isZero();
    }

    @Test
    void chargesWhatWasMadeWhenTheCallerLeavesAStream() throws Exception {
        backend.always(Behaviours.toCalls(Behaviours.stallsAfter(words("one two three"))));
        try (Caller caller = new Caller(true)) {
            caller.readUntil("three");
            caller.hangUp();
        }
        Settled call = settled();
        assertThat(call.reason).isEqualTo("cancelled");
        assertThat(call.source).isEqualTo("counted");
        assertThat(call.status).isEqualTo(200);
        assertThat(call.input).isEqualTo(INPUT);
        assertThat(call.output).isEqualTo(3);
    }

    @Test
    void chargesAWholeAnswerWhoseCallerLeavesAtItsEnd() throws Exception {
        backend.always(Behaviours.toCalls(Behaviours.sse(whole("one two three", usage(9, 4)))));
        try (Caller caller = new Caller(true)) {
            caller.readUntil("[DONE]");
            caller.hangUp();
        }
        Settled call = settled();
        assertThat(call.reason).isEqualTo("completed");
        assertThat(call.source).isEqualTo("provider");
        assertThat(call.input).isEqualTo(9);
        assertThat(call.output).isEqualTo(4);
    }

    @Test
    void countsItselfWhereTheBackendSaysNothing() throws Exception {
        backend.always(Behaviours.toCalls(Behaviours.withoutUsage("one two three")));
        assertThat(chat(true).body()).contains("[DONE]");
        Settled call = settled();
        assertThat(call.reason).isEqualTo("completed");
        assertThat(call.source).isEqualTo("counted");
        assertThat(call.input).isEqualTo(INPUT);
        assertThat(call.output).isEqualTo(3);
    }

    @Test
    void takesTheLastOfTwoUsages() throws Exception {
        backend.always(Behaviours.toCalls(Behaviours.sse(whole("one two three", usage(9, 2), usage(9, 3)))));
        chat(true);
        Settled call = settled();
        assertThat(call.source).isEqualTo("provider");
        assertThat(call.input).isEqualTo(9);
        assertThat(call.output).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "8, 200000, more output than it sent bytes",
        "8, 257, more output than the model can give",
        "-8, 3, negative input",
        "8, -3, negative output",
        "900000000, 3, more input than was sent",
        "0, 0, nothing"
    })
    void replacesFiguresThatCannotBeByItsOwnCount(long input, long output, String why) throws Exception {
        backend.always(Behaviours.toCalls(Behaviours.sse(whole("one two three", usage(input, output)))));
        chat(true);
        Settled call = settled();
        assertThat(call.reason).as(why).isEqualTo("completed");
        assertThat(call.source).as(why).isEqualTo("corrected");
        assertThat(call.input).as(why).isEqualTo(INPUT);
        assertThat(call.output).as(why).isEqualTo(3);
    }

    @Test
    void takesNoMoreThanTheHoldForAStreamBeyondTheModelsMaximum() throws Exception {
        backend.always(Behaviours.toCalls(
                Behaviours.sse(whole("word ".repeat(4 * MODELS_MAXIMUM), usage(INPUT, 4 * MODELS_MAXIMUM)))));
        chat(true);
        Settled call = settled();
        assertThat(call.source).isNotEqualTo("provider");
        assertThat(call.chargeNanos).isLessThanOrEqualTo((body(true).length() + 64) * 1_000L + MODELS_MAXIMUM * 2_000L);
    }

    @Test
    void bearsItselfWhatABackendGivesBeyondTheModelsMaximum() throws Exception {
        backend.always(
                Behaviours.toCalls(Behaviours.chat("word ".repeat(4 * MODELS_MAXIMUM), INPUT, 4 * MODELS_MAXIMUM)));
        assertThat(chat(false).statusCode()).isEqualTo(200);
        Settled call = settled();
        assertThat(call.source).isEqualTo("corrected");
        assertThat(call.output).isGreaterThan(MODELS_MAXIMUM);
        assertThat(call.chargeNanos).isEqualTo(call.heldNanos);
        assertThat(call.absorbedNanos).isPositive();
    }

    @Test
    void chargesARepeatedCallAsANewOne() throws Exception {
        backend.always(Behaviours.toCalls(Behaviours.sse(whole("one two three", usage(9, 3)))));
        chat(true);
        chat(true);
        await().atMost(Duration.ofSeconds(10)).until(() -> customer.settledCalls() == 2);
        assertThat(customer.chargedNanos()).isEqualTo(2 * (9 * 1_000 + 3 * 2_000));
    }

    /** As after its deadline for a stop: what the caller has is charged, and nothing else. */
    @Test
    void chargesWhatWasDeliveredOfAStreamThatTheGatewaysStopInterrupts() throws Exception {
        backend.always(Behaviours.toCalls(Behaviours.stallsAfter(words("one two three"))));
        SpareGateway stopping = new SpareGateway(program, null);
        try (Caller caller = new Caller(stopping.port, true)) {
            caller.readUntil("three");
            stopping.close();
        }
        Settled call = settled();
        assertThat(call.reason).isEqualTo("interrupted");
        assertThat(call.source).isEqualTo("counted");
        assertThat(call.status).isEqualTo(200);
        assertThat(call.input).isEqualTo(INPUT);
        assertThat(call.output).isEqualTo(3);
    }

    /**
     * The clock fails once, at another of its readings in each call, so that a mistake of ours happens at every step from
     * the request's head to the call's end: whatever was told the caller, it cost nothing, and nothing stays held.
     */
    @Test
    void chargesNothingForAMistakeOfOurOwnAtWhicheverStep() throws Exception {
        backend.always(Behaviours.toCalls(Behaviours.sse(whole("one two three", usage(9, 3)))));
        FailingClock clock = new FailingClock();
        try (SpareGateway failing = new SpareGateway(program, null, clock)) {
            int reading = 0;
            int whole = 0;
            do {
                clock.failAt(++reading);
                whole += failing(failing.port) ? 0 : 1;
            } while (!clock.isSpared());
            assertThat(reading).as("readings of the clock in one call").isGreaterThan(5);
            long expected = whole;
            JdbcClient sql = program.getBean("systemJdbcClient", JdbcClient.class);
            await().atMost(Duration.ofSeconds(20)).until(() -> customer.leasedNanos() == 0);
            await().atMost(Duration.ofSeconds(20)).until(() -> count(sql, "completed") == expected);
            assertThat(count(sql, "internal_error"))
                    .as("calls that our own mistake ended")
                    .isGreaterThan(1);
            assertThat(customer.settledCalls()).isEqualTo(count(sql, "completed") + count(sql, "internal_error"));
            assertThat(customer.chargedNanos()).isEqualTo(expected * (9 * 1_000 + 3 * 2_000));
            assertThat(customer.balanceNanos()).isEqualTo(TEN_DOLLARS.nanos() - customer.chargedNanos());
        }
    }

    private long count(JdbcClient sql, String reason) {
        return sql.sql("select count(*) from usage.calls where tenant_id = ? and reason = ?")
                .params(customer.tenant().value(), reason)
                .query(Long.class)
                .single();
    }

    /** Whether a call failed or broke. */
    private boolean failing(int port) throws InterruptedException {
        try {
            HttpResponse<String> answer = chat(port, true);
            return answer.statusCode() != 200 || !answer.body().contains("[DONE]");
        } catch (IOException broken) {
            return true;
        }
    }

    /** Fails once, at the so manieth reading by an event loop. */
    private static final class FailingClock extends Clock {
        private final AtomicInteger left = new AtomicInteger();

        void failAt(int reading) {
            left.set(reading);
        }

        /** Whether it was not read as often as that. */
        boolean isSpared() {
            return left.getAndSet(0) > 0;
        }

        @Override
        public Instant instant() {
            if (Thread.currentThread().getName().startsWith("vert.x-eventloop")
                    && left.get() > 0
                    && left.decrementAndGet() == 0) {
                throw new IllegalStateException("the clock failed, as the test wanted");
            }
            return Instant.now();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private List<FakeBackend.Seen> chats() {
        return backend.seen("/chat/completions");
    }

    private String body(boolean stream) {
        return "{\"model\":\"" + model.model() + "\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    }

    private int port() {
        return program.getEnvironment().getRequiredProperty("souk.gateway.port", Integer.class);
    }

    private HttpResponse<String> chat(boolean stream) throws IOException, InterruptedException {
        return chat(port(), stream);
    }

    private HttpResponse<String> chat(int port, boolean stream) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                        .timeout(Duration.ofSeconds(20))
                        .header("authorization", "Bearer " + key)
                        .POST(HttpRequest.BodyPublishers.ofString(body(stream)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** One that can hang up. */
    private final class Caller implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;

        Caller(boolean stream) throws IOException {
            this(port(), stream);
        }

        Caller(int port, boolean stream) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout(10_000);
            in = socket.getInputStream();
            String sent = body(stream);
            socket.getOutputStream()
                    .write(("POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + key
                                    + "\r\nContent-Length: " + sent.length() + "\r\n\r\n" + sent)
                            .getBytes(StandardCharsets.UTF_8));
        }

        void readUntil(String text) throws IOException {
            StringBuilder read = new StringBuilder();
            while (read.indexOf(text) < 0) {
                int b = in.read();
                assertThat(b).as("the connection ended after: " + read).isNotNegative();
                read.append((char) b);
            }
        }

        void hangUp() throws IOException {
            socket.close();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
