package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import io.souk.gateway.relay.CallEnd;
import io.souk.gateway.relay.Route;
import io.souk.gateway.routing.Tried;
import io.souk.kernel.CallReason;
import io.souk.kernel.TokenCounts;
import io.souk.support.Behaviours;
import io.souk.support.FakeBackend;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the relay promises of time and memory, measured on real sockets. */
@Isolated("it counts what event loops allocate")
class RelayPromisesTests {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final Gateways gateway = Gateways.started(Map.of("event-loops", "1"), backend);

    @AfterEach
    void stop() {
        gateway.close();
        backend.close();
    }

    private static Route within(Route route, Duration firstByte, Duration idle, Duration total) {
        return new Route(
                route.backendId(),
                route.address(),
                route.host(),
                route.tls(),
                route.basePath(),
                route.upstreamModel(),
                route.credential(),
                new Route.Deadlines(firstByte, idle, total));
    }

    /** The middle of nine, so that a neighbour's load on this machine does not decide. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cancelsTheBackendWithinATenthOfASecondOfAHangUp(boolean streaming) {
        backend.script = (_, response) -> {
            if (streaming) {
                response.setChunked(true).putHeader("content-type", "text/event-stream");
                response.write(Buffer.buffer(Wire.chunk("one")));
            }
        };
        long[] millis = new long[9];
        for (int i = 0; i < millis.length; i++) {
            int before = backend.hungUp.get();
            int asked = backend.asked.size();
            Wire.Bare caller = new Wire.Bare(gateway);
            caller.chat(streaming ? Wire.STREAM : Wire.CHAT);
            if (streaming) {
                caller.readUntil("one");
            } else {
                await().pollInterval(Duration.ofMillis(2)).until(() -> backend.asked.size() > asked);
            }
            long left = System.nanoTime();
            caller.close();
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> backend.hungUp.get() > before);
            millis[i] = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - left);
        }
        Arrays.sort(millis);
        assertThat(millis[4])
                .as("milliseconds, sorted: " + Arrays.toString(millis))
                .isLessThan(100);
        await().atMost(Duration.ofSeconds(5)).until(() -> gateway.calls.ends.size() == millis.length);
        assertThat(gateway.calls.ends).extracting(CallEnd::reason).containsOnly(CallReason.CANCELLED);
    }

    /** The backend says the next word only when the caller has the last: anything kept back would end this for ever. */
    @Test
    void passesOnEveryEventAtOnceAndWaitsForNoFullPacket() throws InterruptedException {
        SynchronousQueue<String> words = new SynchronousQueue<>();
        backend.script = (_, response) -> {
            response.setChunked(true).putHeader("content-type", "text/event-stream");
            Thread.ofVirtual().start(() -> say(words, response));
        };
        long[] micros = new long[40];
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat(Wire.STREAM);
            for (int i = 0; i < micros.length; i++) {
                long begin = System.nanoTime();
                assertThat(words.offer("word" + i + ".", 5, TimeUnit.SECONDS)).isTrue();
                caller.readUntil("word" + i + ".");
                micros[i] = (System.nanoTime() - begin) / 1_000;
            }
        }
        Arrays.sort(micros);
        assertThat(micros[20])
                .as("microseconds; Nagle's algorithm against delayed acknowledgements would take 40,000: "
                        + Arrays.toString(micros))
                .isLessThan(20_000);
    }

    private static void say(SynchronousQueue<String> words, HttpServerResponse response) {
        try {
            for (String word = words.poll(10, TimeUnit.SECONDS);
                    word != null;
                    word = words.poll(10, TimeUnit.SECONDS)) {
                response.write(Buffer.buffer(Wire.chunk(word)));
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void endsAnAnswerThatTakesTooLongInAll() {
        backend.script = (_, response) -> {
            response.setChunked(true).putHeader("content-type", "text/event-stream");
            drip(response);
        };
        gateway.calls.routes = List.of(
                within(Gateways.route(backend), Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(700)));
        assertThat(Wire.chat(gateway, Wire.STREAM).body())
                .contains("drop", "did not finish within 700 ms", "backend_timeout")
                .doesNotContain("[DONE]");
        assertThat(Wire.end(gateway).reason()).isEqualTo(CallReason.UPSTREAM_BROKEN);
        await().atMost(Duration.ofSeconds(2)).until(() -> backend.hungUp.get() == 1);
    }

    private void drip(HttpServerResponse response) {
        if (!response.closed()) {
            response.write(Buffer.buffer(Wire.chunk("drop")));
            backend.later(50, () -> drip(response));
        }
    }

    @Test
    void cutsOffACallerWhoDoesNotRead() {
        String big = Wire.chunk("x".repeat(8000));
        backend.script = (_, response) -> {
            response.setChunked(true).putHeader("content-type", "text/event-stream");
            pump(response, Buffer.buffer(big));
        };
        gateway.calls.routes = List.of(
                within(Gateways.route(backend), Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofSeconds(30)));
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat(Wire.STREAM).readUntil("xxx");
            await().atMost(Duration.ofSeconds(10)).until(() -> backend.hungUp.get() == 1);
            assertThat(Wire.end(gateway).reason()).isEqualTo(CallReason.CANCELLED);
        }
    }

    private static void pump(HttpServerResponse response, Buffer piece) {
        while (!response.writeQueueFull() && !response.closed()) {
            response.write(piece);
        }
        response.drainHandler(_ -> pump(response, piece));
    }

    /** Both ends have small buffers of their own, so that what the fast backend can send is what lies in the gateway. */
    @Test
    void holdsLittleForACallerWhoStandsStillBeforeAFastBackend() throws IOException {
        AtomicLong sent = new AtomicLong();
        try (ServerSocket fast = new ServerSocket()) {
            fast.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread.ofPlatform().daemon().start(() -> flood(fast, sent));
            gateway.calls.routes = List.of(Gateways.route(fast.getLocalPort()));
            try (Socket caller = new Socket()) {
                caller.setReceiveBufferSize(8 * 1024);
                caller.setSoTimeout(10_000);
                caller.connect(new InetSocketAddress("127.0.0.1", gateway.port));
                caller.getOutputStream()
                        .write((Wire.Bare.head("/v1/chat/completions", Wire.STREAM.length()) + Wire.STREAM)
                                .getBytes(StandardCharsets.UTF_8));
                assertThat(caller.getInputStream().readNBytes(100)).hasSize(100);
                long[] before = {-1};
                await().pollInterval(Duration.ofMillis(300))
                        .atMost(Duration.ofSeconds(10))
                        .until(() -> before[0] == (before[0] = sent.get()));
                assertThat(sent)
                        .as("bytes between a stalled caller and a fast backend")
                        .hasValueBetween(1_000, 1 << 20);
            }
        }
    }

    private static void flood(ServerSocket at, AtomicLong sent) {
        byte[] piece = Wire.chunk("y".repeat(4000)).getBytes(StandardCharsets.UTF_8);
        byte[] chunk = (Integer.toHexString(piece.length) + "\r\n" + new String(piece, StandardCharsets.UTF_8) + "\r\n")
                .getBytes(StandardCharsets.UTF_8);
        try (Socket gateway = at.accept()) {
            gateway.setSendBufferSize(16 * 1024);
            InputStream in = gateway.getInputStream();
            assertThat(in.read(new byte[4096])).isPositive();
            OutputStream out = gateway.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                    .getBytes(StandardCharsets.UTF_8));
            while (!gateway.isClosed()) {
                out.write(chunk);
                sent.addAndGet(chunk.length);
            }
        } catch (IOException hungUp) {
            // the test is over
        }
    }

    /** What the event loops allocate for a prompt: the network's pieces, the prompt itself, and no copy of it. */
    @Test
    void takesAPromptOfAMegabyteWithoutASecondCopy() {
        try (FakeBackend large = FakeBackend.http("/base/v1", Gateways.CREDENTIAL)) {
            large.always(Behaviours.chat("Fine.", 12, 3));
            gateway.calls.routes = List.of(Gateways.route(large.baseUrl().getPort()));
            int size = 1 << 20;
            String prompt = Wire.CHAT.replace("hello", "word ".repeat(size / 5));
            int calls = 12;
            for (int i = 0; i < 4; i++) {
                assertThat(Wire.chat(gateway, prompt).statusCode()).isEqualTo(200);
            }
            long before = allocatedByLoops();
            for (int i = 0; i < calls; i++) {
                assertThat(Wire.chat(gateway, prompt).statusCode()).isEqualTo(200);
            }
            double copies = (double) (allocatedByLoops() - before) / calls / prompt.length();
            assertThat(copies).as("megabytes allocated for a megabyte").isLessThan(2.4);
            assertThat(large.seen("/chat/completions").getLast().body()).hasSizeGreaterThanOrEqualTo(prompt.length());
        }
    }

    private static long allocatedByLoops() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (long id : threads.getAllThreadIds()) {
            var info = threads.getThreadInfo(id);
            if (info != null && info.getThreadName().startsWith("vert.x-eventloop")) {
                sum += threads.getThreadAllocatedBytes(id);
            }
        }
        return sum;
    }

    @Test
    void closesConnectionsWhenItStopsAsSoonAsNothingRunsOnThem() throws InterruptedException {
        AtomicReference<@Nullable HttpServerResponse> open = new AtomicReference<>();
        backend.script = (_, response) -> {
            response.setChunked(true).putHeader("content-type", "text/event-stream");
            response.write(Buffer.buffer(Wire.chunk("one")));
            open.set(response);
        };
        try (Wire.Bare idle = new Wire.Bare(gateway);
                Wire.Bare running = new Wire.Bare(gateway)) {
            idle.send("GET /health HTTP/1.1\r\nHost: gateway\r\n\r\n").readUntil("\"ok\"}");
            running.chat(Wire.STREAM).readUntil("one");
            Thread stopping = Thread.ofVirtual().start(gateway.server::stop);
            assertThat(idle.readAll()).isEmpty();
            HttpResponse<String> refused = Wire.chat(gateway, Wire.CHAT);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("connection")).hasValue("close");
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
            HttpServerResponse response = open.get();
            assertThat(response).isNotNull();
            if (response != null) {
                response.end(Wire.finish() + Wire.usage(5, 1) + Wire.DONE);
            }
            assertThat(running.readAll()).contains("[DONE]");
            assertThat(stopping.join(Duration.ofSeconds(10))).isTrue();
        }
        assertThat(Wire.end(gateway).reason()).isEqualTo(CallReason.COMPLETED);
    }

    @Test
    void shedsCallsBeyondItsBoundAtOnceAndSaysWhenToTryAgain() {
        try (Gateways narrow = Gateways.started(Map.of("event-loops", "1", "overload.max-calls", "1"), backend)) {
            backend.script = (_, _) -> {};
            try (Wire.Bare first = new Wire.Bare(narrow)) {
                first.chat(Wire.CHAT);
                await().atMost(Duration.ofSeconds(5)).until(() -> backend.asked.size() == 1);
                HttpResponse<String> refused = Wire.chat(narrow, Wire.CHAT);
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(Wire.error(refused).path("code").stringValue()).isEqualTo("server_is_overloaded");
                assertThat(refused.headers().firstValue("retry-after")).hasValue("1");
                assertThat(narrow.server.shed()).isEqualTo(new GatewayServer.Shed(1, 0));
                assertThat(narrow.calls.opened).hasSize(1);
            }
            await().atMost(Duration.ofSeconds(5)).until(() -> narrow.server.runningCalls() == 0);
            backend.answers(200, "application/json", Wire.ANSWER);
            assertThat(Wire.chat(narrow, Wire.CHAT).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void tellsRoutingWhatEachTrySaidOfItsBackend() {
        assertTold(500, null, new Tried.Broke("answered 500"));
        assertTold(401, null, new Tried.Broke("answered 401"));
        assertTold(503, null, new Tried.Broke("answered 503"));
        assertTold(400, null, new Tried.Answered());
        assertTold(422, null, new Tried.Answered());
        assertTold(429, "7", new Tried.Overloaded(Duration.ofSeconds(7)));
        assertTold(429, null, new Tried.Overloaded(Duration.ofSeconds(1)));
        assertTold(429, "soon", new Tried.Overloaded(Duration.ofSeconds(1)));
        assertTold(503, "100000", new Tried.Overloaded(Duration.ofHours(1)));
        assertTold(200, null, new Tried.Answered());

        gateway.calls.told.clear();
        backend.script = (_, response) -> {
            response.setChunked(true).putHeader("content-type", "text/event-stream");
            response.write(Buffer.buffer(Wire.chunk("one two three")));
            backend.later(50, response::reset);
        };
        Wire.chat(gateway, Wire.STREAM);
        assertThat(gateway.calls.told).containsExactly(new Tried.Answered(), new Tried.Broke("backend_broke_off"));
        assertThat(gateway.calls.left.get()).isGreaterThanOrEqualTo(gateway.calls.opened.size());
    }

    private void assertTold(int status, @Nullable String retryAfter, Tried expected) {
        gateway.calls.told.clear();
        backend.script = (_, response) -> {
            if (retryAfter != null) {
                response.putHeader("retry-after", retryAfter);
            }
            response.setStatusCode(status)
                    .putHeader("content-type", "application/json")
                    .end(status == 200 ? Wire.ANSWER : "{\"error\":{\"message\":\"no\"}}");
        };
        Wire.chat(gateway, Wire.CHAT);
        assertThat(gateway.calls.told).as("after " + status).containsExactly(expected);
    }

    @Test
    void chargesNothingForAMistakeOfOurOwn() {
        gateway.calls.mistaken = true;
        HttpResponse<String> refused = Wire.chat(gateway, Wire.CHAT);
        assertThat(refused.statusCode()).isEqualTo(500);
        assertThat(Wire.error(refused).path("code").stringValue()).isEqualTo("internal_error");
        assertThat(Wire.end(gateway).reason()).isEqualTo(CallReason.INTERNAL_ERROR);
        assertThat(Wire.end(gateway).counts()).isEqualTo(TokenCounts.NONE);
        assertThat(backend.asked).isEmpty();
    }

    @Test
    void goesOnWithTheCallersTraceAndKeepsItsStateToItself() {
        backend.answers(200, "application/json", Wire.ANSWER);
        String given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        Wire.send(Wire.request(gateway, "/v1/chat/completions")
                .header("traceparent", given)
                .header("tracestate", "vendor=secret")
                .header("baggage", "user=alice")
                .POST(HttpRequest.BodyPublishers.ofString(Wire.CHAT))
                .build());
        Map<String, String> headers = backend.asked.getFirst().headers();
        assertThat(headers.get("traceparent"))
                .matches("00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01")
                .isNotEqualTo(given);
        assertThat(headers).doesNotContainKeys("tracestate", "baggage");
        assertThat(gateway.calls.opened.element().trace().traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");

        Wire.chat(gateway, Wire.CHAT);
        assertThat(backend.asked.getLast().headers().get("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
    }
}
