package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.souk.gateway.relay.CallEnd;
import io.souk.gateway.relay.Route;
import io.souk.kernel.CallReason;
import io.souk.kernel.TokenCounts;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** However callers and backends behave together, each admitted call is closed exactly once and nothing is left over. */
class ClosedOnceTests {
    private static final int CALLERS = 12;
    private static final int CALLS_EACH = 30;

    private final ListAppender<ILoggingEvent> complaints = new ListAppender<>();

    @BeforeEach
    void hearVertx() {
        complaints.start();
        log().addAppender(complaints);
    }

    @AfterEach
    void forgetVertx() {
        log().detachAppender(complaints);
    }

    private static Logger log() {
        return (Logger) LoggerFactory.getLogger("io.vertx");
    }

    @Test
    void closesEveryCallExactlyOnceWhateverHappens() throws InterruptedException {
        try (ScriptedBackend backend = new ScriptedBackend();
                Gateways gateway = Gateways.started(Map.of("event-loops", "2"), backend)) {
            backend.script = (asked, response) -> misbehave(backend, asked, response);
            Route route = Gateways.route(backend);
            Route hasty = new Route(
                    route.backendId(),
                    route.address(),
                    route.host(),
                    false,
                    route.basePath(),
                    route.upstreamModel(),
                    route.credential(),
                    new Route.Deadlines(Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofMillis(800)));
            gateway.calls.routes = List.of(hasty, hasty);
            AtomicInteger failures = new AtomicInteger();
            List<Thread> callers = IntStream.range(0, CALLERS)
                    .mapToObj(seed -> Thread.ofVirtual().start(() -> {
                        Random random = new Random(seed);
                        for (int i = 0; i < CALLS_EACH; i++) {
                            try {
                                call(gateway, random);
                            } catch (RuntimeException | AssertionError unexpected) {
                                failures.incrementAndGet();
                            }
                        }
                    }))
                    .toList();
            for (Thread caller : callers) {
                assertThat(caller.join(Duration.ofSeconds(90))).isTrue();
            }
            await().atMost(Duration.ofSeconds(15)).until(() -> gateway.server.runningCalls() == 0);
            assertThat(failures).hasValue(0);
            assertThat(gateway.calls.ends).hasSameSizeAs(gateway.calls.opened);
            assertThat(gateway.calls.closedTwice).hasValue(0);
            assertThat(gateway.calls.ends).extracting(CallEnd::reason).doesNotContain(CallReason.INTERNAL_ERROR);
            assertThat(gateway.calls.ends)
                    .extracting(CallEnd::reason)
                    .contains(CallReason.COMPLETED, CallReason.CANCELLED);
            assertThat(gateway.calls.ends)
                    .filteredOn(end -> end.reason() == CallReason.UPSTREAM_ERROR)
                    .allMatch(end -> end.counts().equals(TokenCounts.NONE));
            assertThat(complaints.list)
                    .as("what others do is no error of the gateway's, so it is none in its log")
                    .isEmpty();
        }
    }

    private static void call(Gateways gateway, Random random) {
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat(random.nextBoolean() ? Wire.STREAM : Wire.CHAT);
            switch (random.nextInt(4)) {
                case 0 -> {}
                case 1 -> caller.readUntil("HTTP/1.1");
                default -> caller.readUntil("\r\n\r\n");
            }
        } catch (java.io.UncheckedIOException hungUp) {
            // the gateway may be the quicker one
        }
    }

    private static void misbehave(
            ScriptedBackend backend, ScriptedBackend.Asked asked, io.vertx.core.http.HttpServerResponse response) {
        boolean stream = asked.text().contains("\"stream\":true");
        Buffer first = Buffer.buffer(stream ? Wire.chunk("one two") : Wire.ANSWER.substring(0, 150));
        String rest = stream ? Wire.finish() + Wire.usage(5, 2) + Wire.DONE : Wire.ANSWER.substring(150);
        response.putHeader("content-type", stream ? "text/event-stream" : "application/json");
        ThreadLocalRandom random = ThreadLocalRandom.current();
        switch (random.nextInt(7)) {
            case 0 -> response.reset();
            case 1 -> response.setStatusCode(500).end("no");
            case 2 -> {}
            case 3 -> {
                response.setChunked(true).write(first);
                backend.later(random.nextInt(30), response::reset);
            }
            case 4 -> response.setChunked(true).write(first);
            default -> {
                response.setChunked(true).write(first);
                backend.later(random.nextInt(30), () -> response.end(rest));
            }
        }
    }
}
