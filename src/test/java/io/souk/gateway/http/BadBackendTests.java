package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.gateway.relay.CallEnd;
import io.souk.gateway.relay.Route;
import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import io.souk.kernel.TokenClass;
import io.souk.kernel.TokenCounts;
import io.vertx.core.buffer.Buffer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Backends that refuse, lie, stall, break off or are not there. */
class BadBackendTests {
    private static final int NOBODY = 1;

    private final ScriptedBackend backend = new ScriptedBackend();
    private final ScriptedBackend other = new ScriptedBackend();
    private final Gateways gateway = Gateways.started(Map.of("event-loops", "1"), backend);

    @AfterEach
    void stop() {
        gateway.close();
        backend.close();
        other.close();
    }

    private static Route hasty(Route route) {
        return new Route(
                route.backendId(),
                route.address(),
                route.host(),
                route.tls(),
                route.basePath(),
                route.upstreamModel(),
                route.credential(),
                new Route.Deadlines(Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofSeconds(2)));
    }

    private void assertNothingCharged() {
        CallEnd end = Wire.end(gateway);
        assertThat(end.reason()).isEqualTo(CallReason.UPSTREAM_ERROR);
        assertThat(end.counts()).isEqualTo(TokenCounts.NONE);
        assertThat(end.source()).isEqualTo(CountSource.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "400,400", "413,413", "422,422", "429,429", "500,500", "503,503", "529,529", "401,502", "403,502", "404,502",
        "402,503", "302,502"
    })
    void passesOnWhatTheCallerCanMendOrWaitFor(int status, int told) {
        backend.answers(
                status,
                "application/json",
                "{\"error\":{\"message\":\"vendor/real-name said no to " + Gateways.CREDENTIAL
                        + "\",\"type\":\"x\",\"param\":null,\"code\":" + status + "}}");
        HttpResponse<String> refused = Wire.chat(gateway, Wire.CHAT);
        assertThat(refused.statusCode()).isEqualTo(told);
        assertThat(Wire.error(refused).path("code").isString()).isTrue();
        assertThat(refused.body()).doesNotContain("vendor/real-name");
        assertNothingCharged();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html><body>Welcome</body></html>",
                "",
                "[]",
                "{\"hello\":\"world\"}",
                "{\"choices\":[{\"message\":",
                "{\"choices\":[]} trailing",
                "{\"error\":{\"message\":\"loading model\",\"code\":503}}",
                "{\"error\":\"out of memory\"}"
            })
    void takesNoGarbageForAnAnswer(String body) {
        backend.answers(200, "text/html; charset=utf-8", body);
        HttpResponse<String> refused = Wire.chat(gateway, Wire.CHAT);
        assertThat(refused.statusCode()).isEqualTo(502);
        Wire.error(refused);
        assertNothingCharged();
    }

    @Test
    void takesNoDocumentForAStreamAndNoStreamForADocument() {
        backend.answers(200, "application/json", Wire.ANSWER);
        assertThat(Wire.chat(gateway, Wire.STREAM).statusCode()).isEqualTo(502);
        backend.answers(200, "text/event-stream", Wire.chunk("x"));
        assertThat(Wire.chat(gateway, Wire.CHAT).statusCode()).isEqualTo(502);
    }

    @Test
    void saysWhenABackendIsSilent() {
        backend.script = (_, _) -> {};
        gateway.calls.routes = List.of(hasty(Gateways.route(backend)));
        HttpResponse<String> refused = Wire.chat(gateway, Wire.CHAT);
        assertThat(refused.statusCode()).isEqualTo(504);
        assertThat(Wire.error(refused).path("message").stringValue()).contains("300 ms");
        await().atMost(Duration.ofSeconds(2)).until(() -> backend.hungUp.get() == 1);
        assertNothingCharged();
    }

    @Test
    void saysWhenABackendIsNotThere() {
        gateway.calls.routes = List.of(Gateways.route(NOBODY));
        HttpResponse<String> refused = Wire.chat(gateway, Wire.CHAT);
        assertThat(refused.statusCode()).isEqualTo(502);
        assertThat(Wire.error(refused).path("code").stringValue()).isEqualTo("backend_unreachable");
        assertNothingCharged();
    }

    @Test
    void triesTheNextBackendUntilTheCallerHasAByte() {
        backend.answers(503, "text/plain", "busy");
        other.answers(200, "application/json", Wire.ANSWER);
        gateway.calls.routes = List.of(Gateways.route(NOBODY), Gateways.route(backend), Gateways.route(other));
        HttpResponse<String> answer = Wire.chat(gateway, Wire.CHAT);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(gateway.calls.attempts).hasSize(3);
        String served = gateway.calls.routes.getLast().backendId().toString();
        assertThat(answer.headers().firstValue("x-souk-backend")).hasValue(served);
        assertThat(Wire.end(gateway).backendId()).hasToString(served);
    }

    @Test
    void doesNotAskAnotherBackendWhatTheCallerMustMend() {
        backend.answers(
                400, "application/json", "{\"error\":{\"message\":\"bad temperature\",\"param\":\"temperature\"}}");
        other.answers(200, "application/json", Wire.ANSWER);
        gateway.calls.routes = List.of(Gateways.route(backend), Gateways.route(other));
        HttpResponse<String> refused = Wire.chat(gateway, Wire.CHAT);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(Wire.error(refused).path("param").stringValue()).isEqualTo("temperature");
        assertThat(other.asked).isEmpty();
    }

    @Test
    void endsABrokenStreamWithAnErrorAndChargesWhatWasDelivered() {
        backend.script = (_, response) -> {
            response.setChunked(true).putHeader("content-type", "text/event-stream");
            response.write(Buffer.buffer(Wire.chunk("one two three")));
            backend.later(50, response::reset);
        };
        HttpResponse<String> broken = Wire.chat(gateway, Wire.STREAM);
        assertThat(broken.statusCode()).isEqualTo(200);
        assertThat(broken.body())
                .contains("three")
                .endsWith("\"code\":\"backend_broke_off\"}}\n\n")
                .doesNotContain("[DONE]");
        CallEnd end = Wire.end(gateway);
        assertThat(end.reason()).isEqualTo(CallReason.UPSTREAM_BROKEN);
        assertThat(end.counts()).isEqualTo(TokenCounts.of(8, 3));
    }

    @Test
    void endsAStalledStreamWithAnError() {
        backend.script = (_, response) -> response.setChunked(true)
                .putHeader("content-type", "text/event-stream")
                .write(Buffer.buffer(Wire.chunk("one")));
        gateway.calls.routes = List.of(hasty(Gateways.route(backend)));
        assertThat(Wire.chat(gateway, Wire.STREAM).body()).contains("one").contains("backend_timeout");
        assertThat(Wire.end(gateway).reason()).isEqualTo(CallReason.UPSTREAM_BROKEN);
    }

    @Test
    void tellsAnErrorInsideAStreamByStatusWhileItStillCan() {
        backend.streams(
                "data: {\"error\":{\"message\":\"too long for vendor/real-name\",\"code\":400}}\n\n", Wire.DONE);
        HttpResponse<String> refused = Wire.chat(gateway, Wire.STREAM);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(Wire.error(refused).path("message").stringValue()).contains("too long for demo");
        assertNothingCharged();
    }

    @Test
    void neverPassesAnErrorKeyThatIsNull() {
        backend.streams(
                "data: {\"error\":null,\"usage\":null,\"model\":\"vendor/real-name\",\"choices\":[{\"delta\":"
                        + "{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\n",
                Wire.usage(5, 1),
                Wire.DONE);
        assertThat(Wire.chat(gateway, Wire.STREAM).body())
                .isEqualTo("data: {\"model\":\"demo\",\"choices\":[{\"delta\":{\"content\":\"hi\"},"
                        + "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    }

    @Test
    void endsAStreamThatForgotDone() {
        backend.streams(Wire.chunk("one"), Wire.finish(), Wire.usage(5, 1));
        assertThat(Wire.chat(gateway, Wire.STREAM).body()).endsWith("}]}\n\n" + Wire.DONE);
        assertThat(Wire.end(gateway).reason()).isEqualTo(CallReason.COMPLETED);
        assertThat(Wire.end(gateway).source()).isEqualTo(CountSource.PROVIDER);
    }

    @ParameterizedTest
    @CsvSource({"8,100000", "-1,1", "8,-1", "900000000,1", "0,0", "8,0"})
    void replacesUsageThatCannotBeTrue(long prompt, long completion) {
        backend.streams(Wire.chunk("one two three"), Wire.finish(), Wire.usage(prompt, completion), Wire.DONE);
        Wire.chat(gateway, Wire.STREAM);
        assertThat(Wire.end(gateway).source()).isEqualTo(CountSource.CORRECTED);
        assertThat(Wire.end(gateway).counts()).isEqualTo(TokenCounts.of(8, 3));
    }

    @Test
    void takesTheLastUsageOfABackendThatCountsAsItGoes() {
        String counting =
                Wire.chunk("%s").replace("\"usage\":null", "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":%d}");
        backend.streams(
                counting.formatted("a", 1), counting.formatted("b", 2), Wire.finish() + Wire.usage(9, 3) + Wire.DONE);
        assertThat(Wire.chat(gateway, Wire.STREAM).body()).doesNotContain("usage");
        assertThat(Wire.end(gateway).counts()).isEqualTo(TokenCounts.of(9, 3));
    }

    @Test
    void triesAgainWhenOnlyAKeptConnectionWasClosed() {
        backend.answers(200, "application/json", Wire.ANSWER);
        Wire.chat(gateway, Wire.CHAT);
        int[] asked = {0};
        backend.script = (_, response) -> {
            if (asked[0]++ == 0) {
                response.reset();
            } else {
                response.putHeader("content-type", "application/json").end(Wire.ANSWER);
            }
        };
        assertThat(Wire.chat(gateway, Wire.CHAT).statusCode()).isEqualTo(200);
        assertThat(asked[0]).isEqualTo(2);
    }

    @Test
    void givesNothingOfTheBackendsOwnHeaders() {
        backend.script = (_, response) -> response.putHeader("content-type", "application/json")
                .putHeader("set-cookie", "session=1")
                .putHeader("server", "vendor")
                .putHeader("authorization", Gateways.CREDENTIAL)
                .putHeader("x-ratelimit-remaining-requests", "3")
                .end(Wire.ANSWER);
        HttpResponse<String> answer = Wire.chat(gateway, Wire.CHAT);
        assertThat(answer.headers().map().keySet())
                .containsExactlyInAnyOrder(
                        "content-type", "content-length", "x-request-id", "x-souk-call-id", "x-souk-backend");
    }

    @Test
    void answers503WhenTooManyWaitForOneBackend() {
        try (Gateways narrow =
                Gateways.started(Map.of("event-loops", "1", "max-connections", "1", "max-waiting", "1"), backend)) {
            backend.script = (_, _) -> {};
            try (Wire.Bare first = new Wire.Bare(narrow);
                    Wire.Bare second = new Wire.Bare(narrow)) {
                first.chat(Wire.CHAT);
                await().atMost(Duration.ofSeconds(5)).until(() -> backend.asked.size() == 1);
                second.chat(Wire.CHAT);
                await().atMost(Duration.ofSeconds(5)).until(() -> narrow.calls.attempts.size() == 2);
                HttpResponse<String> refused = Wire.chat(narrow, Wire.CHAT);
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("retry-after")).hasValue("1");
            }
        }
    }

    @Test
    void letsRunningCallsFinishAndTakesNoNewOnesWhenItStops() throws InterruptedException {
        backend.script = (_, response) -> {
            response.setChunked(true).putHeader("content-type", "text/event-stream");
            response.write(Buffer.buffer(Wire.chunk("one")));
            backend.later(1500, () -> response.end(Wire.finish() + Wire.usage(5, 1) + Wire.DONE));
        };
        try (Wire.Bare running = new Wire.Bare(gateway)) {
            running.chat(Wire.STREAM).readUntil("one");
            Thread stopping = Thread.ofVirtual().start(gateway.server::stop);
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> Wire.send(HttpRequest.newBuilder(java.net.URI.create(gateway.url() + "/health"))
                                            .build())
                                    .statusCode()
                            == 503);
            try (Wire.Bare late = new Wire.Bare(gateway)) {
                late.chat(Wire.CHAT);
                assertThat(late.readAll()).contains(" 503 ", "stopping").containsIgnoringCase("retry-after: 1");
            }
            running.readUntil("data: [DONE]");
            stopping.join(Duration.ofSeconds(10));
            assertThat(stopping.isAlive()).isFalse();
        }
        assertThat(Wire.end(gateway).reason()).isEqualTo(CallReason.COMPLETED);
    }

    @Test
    void endsCallsThatDoNotEndWhenItStops() {
        try (Gateways hasty = Gateways.started(Map.of("stop-timeout", "200ms"), backend)) {
            backend.script = (_, response) -> response.setChunked(true)
                    .putHeader("content-type", "text/event-stream")
                    .write(Buffer.buffer(Wire.chunk("one")));
            try (Wire.Bare running = new Wire.Bare(hasty)) {
                running.chat(Wire.STREAM).readUntil("one");
                hasty.server.stop();
                running.readAll();
            }
            assertThat(Wire.end(hasty).reason()).isEqualTo(CallReason.INTERRUPTED);
            assertThat(Wire.end(hasty).counts().get(TokenClass.OUTPUT)).isEqualTo(1);
        }
    }
}
