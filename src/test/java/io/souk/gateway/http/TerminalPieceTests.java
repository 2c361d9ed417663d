package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.kernel.CallReason;
import io.souk.kernel.TokenCounts;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A call's end is on record before the caller has the last piece of the answer; nothing else waits for it. */
class TerminalPieceTests {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final Gateways gateway = Gateways.started(Map.of(), backend);

    @AfterEach
    void stop() {
        gateway.calls.acknowledge();
        gateway.close();
        backend.close();
    }

    private void awaitEnd() {
        await().atMost(Duration.ofSeconds(5)).until(() -> !gateway.calls.heldAcknowledgements.isEmpty());
    }

    @Test
    void keepsBackDoneAndNothingElseOfAStream() {
        gateway.calls.holdsAcknowledgements = true;
        backend.streams(Wire.chunk("one"), Wire.finish() + Wire.usage(5, 1) + Wire.DONE);
        String asked =
                Wire.STREAM.replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat(asked);
            String before = caller.readUntil("\"completion_tokens\":1}}\n\n");
            assertThat(before).contains("one", "\"finish_reason\":\"stop\"").doesNotContain("[DONE]", "vendor");
            awaitEnd();
            assertThat(caller.waiting()).isLessThanOrEqualTo(2); // the chunk's own line end
            gateway.calls.acknowledge();
            assertThat(caller.readUntil("0\r\n\r\n")).contains("data: [DONE]\n\n");
        }
        assertThat(Wire.end(gateway).counts()).isEqualTo(TokenCounts.of(5, 1));
    }

    @Test
    void keepsBackTheLastPieceAndNothingElseOfAPlainAnswer() {
        gateway.calls.holdsAcknowledgements = true;
        String first = Wire.ANSWER.substring(0, 150);
        backend.script = (_, response) -> {
            response.setChunked(true).putHeader("content-type", "application/json");
            response.write(Buffer.buffer(first));
            backend.later(100, () -> response.end(Buffer.buffer(Wire.ANSWER.substring(150))));
        };
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat(Wire.CHAT);
            caller.readUntil(first.substring(120));
            awaitEnd();
            assertThat(caller.waiting()).isLessThanOrEqualTo(2);
            gateway.calls.acknowledge();
            assertThat(caller.readUntil("0\r\n\r\n")).contains("\"total_tokens\":15}}");
        }
    }

    @Test
    void keepsBackAShortAnswerWhole() {
        gateway.calls.holdsAcknowledgements = true;
        backend.answers(200, "application/json", Wire.ANSWER);
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat(Wire.CHAT);
            awaitEnd();
            assertThat(caller.waiting()).isZero();
            gateway.calls.acknowledge();
            assertThat(caller.readUntil("\"total_tokens\":15}}"))
                    .containsIgnoringCase("content-length: "
                            + (Wire.ANSWER.length() + "demo".length() - "vendor/real-name".length()));
        }
    }

    @Test
    void cutsTheCallerOffWhenTheEndCannotBeRecorded() {
        gateway.calls.records = false;
        backend.streams(Wire.chunk("one"), Wire.finish() + Wire.usage(5, 1) + Wire.DONE);
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            assertThat(caller.chat(Wire.STREAM).readAll()).contains("one").doesNotContain("[DONE]");
        }
    }

    @Test
    void saysUnavailableWhenTheEndOfAShortAnswerCannotBeRecorded() {
        gateway.calls.records = false;
        backend.answers(200, "application/json", Wire.ANSWER);
        var refused = Wire.chat(gateway, Wire.CHAT);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(Wire.error(refused).path("code").stringValue()).isEqualTo("service_unavailable");
        assertThat(Wire.end(gateway).reason()).isEqualTo(CallReason.COMPLETED);
    }
}
