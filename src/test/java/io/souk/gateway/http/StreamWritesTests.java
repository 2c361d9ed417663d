package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the events of a stream become writes to the caller. */
class StreamWritesTests {
    private static final Pattern CHUNK = Pattern.compile("(?md)^[0-9a-f]+\r$");

    private final ScriptedBackend backend = new ScriptedBackend();
    private final Gateways gateway = Gateways.started(Map.of("event-loops", "1"), backend);

    @AfterEach
    void stop() {
        gateway.close();
        backend.close();
    }

    private static long writes(String answer) {
        return CHUNK.matcher(answer).results().count();
    }

    @Test
    void passesOnTogetherWhatArrivesAtOnce() {
        String events = Wire.chunk("word").repeat(20);
        backend.script = (_, response) -> response.setChunked(true)
                .putHeader("content-type", "text/event-stream")
                .end(events + Wire.finish() + Wire.DONE);
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            String answer = caller.chat(Wire.STREAM).readUntil("\r\n0\r\n\r\n");
            assertThat(answer.split("\"word\"", -1)).hasSize(21);
            assertThat(writes(answer)).as("writes for 22 events").isBetween(2L, 6L);
        }
    }

    @Test
    void keepsNoEventBackForTheNext() throws Exception {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        backend.script = (_, response) -> {
            response.setChunked(true).putHeader("content-type", "text/event-stream");
            response.write(Buffer.buffer(Wire.chunk("one") + Wire.chunk("two") + "data: {\"half"));
            // the backend says no more until the caller has the whole events
            seen.thenRun(() -> backend.later(0, () -> response.end("\":1}\n\n" + Wire.finish() + Wire.DONE)));
        };
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            assertThat(caller.chat(Wire.STREAM).readUntil("\"two\"")).doesNotContain("half");
            seen.complete(null);
            assertThat(caller.readUntil("[DONE]")).contains("half");
        }
        seen.get(1, TimeUnit.SECONDS);
    }
}
