package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.gateway.relay.CallEnd;
import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import io.souk.kernel.TokenClass;
import io.souk.kernel.TokenCounts;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A caller who hangs up stops the backend at once, and pays for what was made by then. */
class HangUpTests {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final Gateways gateway = Gateways.started(Map.of(), backend);

    @AfterEach
    void stop() {
        gateway.close();
        backend.close();
    }

    private void awaitBackendHungUp() {
        await().atMost(Duration.ofSeconds(2)).until(() -> backend.hungUp.get() == 1);
    }

    @Test
    void stopsASilentBackendAndChargesTheInput() {
        backend.script = (_, _) -> {};
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat(Wire.CHAT);
            await().atMost(Duration.ofSeconds(5)).until(() -> !backend.asked.isEmpty());
        }
        awaitBackendHungUp();
        CallEnd end = Wire.end(gateway);
        assertThat(end.reason()).isEqualTo(CallReason.CANCELLED);
        assertThat(end.source()).isEqualTo(CountSource.COUNTED);
        assertThat(end.status()).isEqualTo(499);
        assertThat(end.counts()).isEqualTo(TokenCounts.of(3 + 3 + 1 + 1, 0));
    }

    @Test
    void stopsAStreamAndChargesWhatWasMade() {
        backend.script = (_, response) -> response.setChunked(true)
                .putHeader("content-type", "text/event-stream")
                .write(Buffer.buffer(Wire.chunk("one two three")));
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat(Wire.STREAM).readUntil("three");
        }
        awaitBackendHungUp();
        CallEnd end = Wire.end(gateway);
        assertThat(end.reason()).isEqualTo(CallReason.CANCELLED);
        assertThat(end.counts().get(TokenClass.OUTPUT)).isEqualTo(3);
        assertThat(end.bytesRelayed()).isPositive();
    }

    @Test
    void opensNothingForACallerWhoLeavesBeforeTheBodyIsThere() {
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.send(Wire.Bare.head("/v1/chat/completions", 500) + "{\"model\":");
            await().atMost(Duration.ofSeconds(5)).until(() -> gateway.server.runningCalls() == 1);
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> gateway.server.runningCalls() == 0);
        assertThat(gateway.calls.opened).isEmpty();
        assertThat(backend.asked).isEmpty();
    }

    @Test
    void slowsTheBackendDownForACallerWhoReadsSlowly() {
        AtomicInteger written = new AtomicInteger();
        String big = Wire.chunk("x".repeat(8000));
        backend.script = (_, response) -> {
            response.setChunked(true).putHeader("content-type", "text/event-stream");
            pump(response, Buffer.buffer(big), written);
        };
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat(Wire.STREAM).readUntil("xxx");
            int[] before = {-1};
            // no more than socket and write buffers take; the sender stands still
            await().pollInterval(Duration.ofMillis(300))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> before[0] == (before[0] = written.get()));
            assertThat((long) written.get() * big.length()).isLessThan(16L << 20);
            caller.readUntil("data: [DONE]");
        }
        assertThat(written.get()).isEqualTo(4000);
        assertThat(Wire.end(gateway).reason()).isEqualTo(CallReason.COMPLETED);
    }

    private static void pump(io.vertx.core.http.HttpServerResponse response, Buffer piece, AtomicInteger written) {
        while (!response.writeQueueFull()) {
            if (written.get() == 4000) {
                response.end(Wire.finish() + Wire.usage(5, 4000) + Wire.DONE);
                return;
            }
            response.write(piece);
            written.incrementAndGet();
        }
        response.drainHandler(_ -> pump(response, piece, written));
    }

    @Test
    void notesDownALongStreamAsTheSocketTakesIt() {
        backend.script = (_, response) -> {
            response.setChunked(true).putHeader("content-type", "text/event-stream");
            tokens(response, 0);
        };
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat(Wire.STREAM).readUntil("data: [DONE]");
        }
        assertThat(gateway.calls.checkpoints).isNotEmpty();
        TokenCounts last =
                gateway.calls.checkpoints.stream().reduce((_, later) -> later).orElseThrow();
        assertThat(last.get(TokenClass.INPUT)).isEqualTo(8);
        assertThat(last.get(TokenClass.OUTPUT)).isBetween(1L, 60L);
    }

    private void tokens(io.vertx.core.http.HttpServerResponse response, int sent) {
        if (sent == 60) {
            response.end(Wire.finish() + Wire.usage(5, 60) + Wire.DONE);
        } else {
            response.write(Wire.chunk("word"));
            backend.later(25, () -> tokens(response, sent + 1));
        }
    }
}
