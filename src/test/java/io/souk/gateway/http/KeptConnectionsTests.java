package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which calls share a connection to their backend. */
class KeptConnectionsTests {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final Gateways gateway = Gateways.started(Map.of("event-loops", "1"), backend);

    @AfterEach
    void stop() {
        gateway.close();
        backend.close();
    }

    private void callThrice() {
        for (int i = 0; i < 3; i++) {
            assertThat(Wire.chat(gateway, Wire.CHAT).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void takesTheSameConnectionForCallsThatFollowEachOther() {
        backend.answers(200, "application/json", Wire.ANSWER);
        callThrice();
        assertThat(backend.connections).hasValue(1);
    }

    @Test
    void takesItAgainAfterAnErrorThatWasReadToItsEnd() {
        backend.answers(400, "application/json", "{\"error\":{\"message\":\"no\"}}");
        for (int i = 0; i < 3; i++) {
            assertThat(Wire.chat(gateway, Wire.CHAT).statusCode()).isEqualTo(400);
        }
        assertThat(backend.connections).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({"connection,close", "keep-alive,timeout=2", "keep-alive,'max=100, timeout=3'"})
    void takesANewOneWhereTheBackendWillSoonCloseTheOldOne(String header, String value) {
        backend.script = (_, response) -> response.putHeader("content-type", "application/json")
                .putHeader(header, value)
                .end(Wire.ANSWER);
        callThrice();
        assertThat(backend.connections).hasValue(3);
    }

    @Test
    void keepsItWhereTheBackendKeepsItForLong() {
        backend.script = (_, response) -> response.putHeader("content-type", "application/json")
                .putHeader("keep-alive", "timeout=75")
                .end(Wire.ANSWER);
        callThrice();
        assertThat(backend.connections).hasValue(1);
    }

    @Test
    void givesTheConnectionThatSomebodyNoLongerWaitsForToTheNext() {
        Queue<Runnable> answers = new ConcurrentLinkedQueue<>();
        backend.script = (_, response) -> answers.add(() -> backend.later(
                0, () -> response.putHeader("content-type", "application/json").end(Wire.ANSWER)));
        try (Gateways narrow = Gateways.started(Map.of("event-loops", "1", "max-connections", "1"), backend);
                Wire.Bare first = new Wire.Bare(narrow).chat(Wire.CHAT)) {
            await().until(() -> answers.size() == 1);
            try (Wire.Bare leaving = new Wire.Bare(narrow).chat(Wire.CHAT)) {
                await().until(() -> narrow.server.runningCalls() == 2);
                assertThat(leaving.waiting()).isZero();
            }
            await().until(() -> narrow.server.runningCalls() == 1);
            backend.answers(200, "application/json", Wire.ANSWER);
            answers.remove().run();
            first.readUntil("chat.completion");
            assertThat(Wire.chat(narrow, Wire.CHAT).statusCode()).isEqualTo(200);
        }
        assertThat(backend.connections).hasValue(1);
    }
}
