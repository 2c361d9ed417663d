package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A journal that takes a record and never says that it has it: no caller waits for longer than ten seconds. */
class HungJournalTests {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final Gateways gateway = Gateways.started(Map.of("event-loops", "1"), backend);

    @AfterEach
    void stop() {
        gateway.close();
        backend.close();
    }

    private CompletableFuture<HttpResponse<String>> asked(String body) {
        HttpRequest request = Wire.request(gateway, "/v1/chat/completions")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return CompletableFuture.supplyAsync(() -> Wire.send(request));
    }

    private static void assertUnavailable(HttpResponse<String> refused) {
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(Wire.error(refused).path("code").stringValue()).isEqualTo("service_unavailable");
    }

    @Test
    void tellsCallersWhoseEndOrTryIsNotOnRecord() throws Exception {
        gateway.calls.holdsAcknowledgements = true;
        backend.script = (asked, response) -> {
            if (asked.text().contains("\"stream\":true")) {
                response.putHeader("content-type", "text/event-stream")
                        .end(Wire.chunk("fine") + Wire.finish() + Wire.usage(12, 3) + Wire.DONE);
            } else {
                response.putHeader("content-type", "application/json").end(Wire.ANSWER);
            }
        };
        long begin = System.nanoTime();
        CompletableFuture<HttpResponse<String>> plain = asked(Wire.CHAT);
        CompletableFuture<HttpResponse<String>> stream = asked(Wire.STREAM);
        await().atMost(Duration.ofSeconds(5)).until(() -> gateway.calls.ends.size() == 2);
        gateway.calls.hangs = true;
        CompletableFuture<HttpResponse<String>> untried = asked(Wire.CHAT);

        assertUnavailable(plain.get(19, TimeUnit.SECONDS));
        assertUnavailable(untried.get(19, TimeUnit.SECONDS));
        assertThat(stream.get(19, TimeUnit.SECONDS).body())
                .contains("fine", "service_unavailable")
                .doesNotContain("[DONE]");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(9));

        gateway.calls.hangs = false;
        gateway.calls.holdsAcknowledgements = false;
        gateway.calls.acknowledge();
        assertThat(Wire.chat(gateway, Wire.CHAT).statusCode()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(5)).until(() -> gateway.server.runningCalls() == 0);
        assertThat(gateway.calls.closedTwice).hasValue(0);
        assertThat(gateway.calls.ends).hasSize(4);
    }
}
