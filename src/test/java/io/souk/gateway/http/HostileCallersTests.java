package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers who send what no HTTP client sends: nothing of it is taken for a second request, waits for ever, or is echoed. */
class HostileCallersTests {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final Gateways gateway =
            Gateways.started(Map.of("body-timeout", "400ms", "keep-alive", "600ms", "event-loops", "1"), backend);

    @AfterEach
    void stop() {
        gateway.close();
        backend.close();
    }

    private static String head(String... headers) {
        return "POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + FakeCalls.KEY + "\r\n"
                + String.join("\r\n", headers) + "\r\n\r\n";
    }

    private static String hidden() {
        return Wire.Bare.head("/v1/chat/completions", Wire.CHAT.length()) + Wire.CHAT;
    }

    private static String chunked(String body) {
        return Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
    }

    private void nothingRuns() {
        await().atMost(Duration.ofSeconds(7)).until(() -> gateway.server.runningCalls() == 0);
    }

    private static int times(String part, String whole) {
        return whole.split(java.util.regex.Pattern.quote(part), -1).length - 1;
    }

    /** Whoever stands before us may have believed the other length: what follows is not taken for a request. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5|Transfer-Encoding: chunked",
                "Transfer-Encoding: chunked|Content-Length: 5",
                "Transfer-Encoding: xchunked|Content-Length: 5",
                "Transfer-Encoding: chunked, identity|Content-Length: 5",
                "Transfer-Encoding: chunked|Transfer-Encoding: identity|Content-Length: 5",
                "Content-Length: 5|Content-Length: 6",
                "Content-Length: 5, 6",
                "Content-Length: +5",
                "Content-Length: -5",
                "Content-Length: 5x",
                "Content-Length: 0x5",
                "Content-Length : 5",
                "Transfer-Encoding : chunked",
                "Content-Length: 99999999999999999999"
            })
    void takesNothingThatIsHiddenBehindAnAmbiguousLengthForARequest(String headers) {
        backend.answers(200, "application/json", Wire.ANSWER);
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.send(head(headers.split("\\|")) + "0\r\n\r\n" + hidden());
            assertThat(caller.readAll()).startsWith("HTTP/1.").contains(" 400 ").contains("\"error\"");
        }
        assertThat(gateway.calls.opened).isEmpty();
        assertThat(backend.asked).isEmpty();
        nothingRuns();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n{}\r\n0\r\n\r\n", "-1\r\n{}\r\n", "fffffffffffffffff\r\n{}\r\n", "2\r\n{}0\r\n\r\n"})
    void refusesABodyWhoseChunksAreNone(String body) {
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.send(head("Transfer-Encoding: chunked") + body);
            String answer = caller.readAll();
            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"error\"");
        }
        assertThat(gateway.calls.opened).isEmpty();
        nothingRuns();
    }

    @Test
    void takesAChunkedBody() {
        backend.answers(200, "application/json", Wire.ANSWER);
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.send(head("Transfer-Encoding: chunked") + chunked(Wire.CHAT));
            assertThat(caller.readUntil("\"total_tokens\":15}}")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void refusesTextThatIsNotUtf8() {
        byte[] body = Wire.CHAT.replace("hello", "h?llo").getBytes(StandardCharsets.US_ASCII);
        body[Wire.CHAT.indexOf("hello") + 1] = (byte) 0xff;
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.send(Wire.Bare.head("/v1/chat/completions", body.length)).send(body);
            assertThat(caller.readUntil("}}")).startsWith("HTTP/1.1 400").contains("not text in UTF-8");
        }
        assertThat(gateway.calls.opened).isEmpty();
    }

    @Test
    void refusesWhatIsNestedTenThousandDeep() {
        String deep = "{\"model\":\"demo\",\"messages\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
        assertThat(Wire.error(Wire.chat(gateway, deep)).path("message").stringValue())
                .contains("nested deeper");
        String objects =
                "{\"model\":\"demo\",\"messages\":[" + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000) + "]}";
        assertThat(Wire.chat(gateway, objects).statusCode()).isEqualTo(400);
        assertThat(gateway.calls.opened).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"model\":\"demo\",\"model\":\"demo\"",
                "\"model\":\"demo\",\"mod\\u0065l\":\"other\"",
                "\"mod\\u0065l\":\"demo\"",
                "\"model\":\"demo\",\"Model\":\"other\"",
                "\"model\":\"demo\",\"stream\":false,\"stream\":true",
                "\"model\":\"demo\",\"\\u0073tream\":true"
            })
    void refusesControlKeysThatAreGivenTwiceOrEscaped(String keys) {
        HttpResponse<String> refused = Wire.chat(gateway, "{" + keys + ",\"messages\":[]}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(Wire.error(refused).path("param").stringValue()).isIn("model", "stream");
        assertThat(gateway.calls.opened).isEmpty();
    }

    @Test
    void refusesAModelsNameOfAMillionCharactersWithoutRepeatingIt() {
        String name = "m".repeat(1_000_000);
        HttpResponse<String> refused = Wire.chat(gateway, "{\"model\":\"" + name + "\",\"messages\":[]}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).hasSizeLessThan(1_000);
        assertThat(Wire.error(refused).path("param").stringValue()).isEqualTo("model");
        assertThat(gateway.calls.opened).isEmpty();
    }

    @Test
    void answersHttp10AndEndsItsAnswersWithTheConnection() {
        backend.answers(200, "application/json", Wire.ANSWER);
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.send(hidden().replace("HTTP/1.1", "HTTP/1.0"));
            assertThat(caller.readAll())
                    .startsWith("HTTP/1.0 200")
                    .endsWith("\"total_tokens\":15}}")
                    .doesNotContainIgnoringCase("transfer-encoding");
        }
        backend.streams(Wire.chunk("one "), Wire.finish() + Wire.usage(5, 1) + Wire.DONE);
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.send((Wire.Bare.head("/v1/chat/completions", Wire.STREAM.length()) + Wire.STREAM)
                    .replace("HTTP/1.1", "HTTP/1.0"));
            String answer = caller.readAll();
            assertThat(answer).startsWith("HTTP/1.0 200").doesNotContainIgnoringCase("transfer-encoding");
            assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4))
                    .startsWith("data: {")
                    .endsWith(Wire.DONE);
        }
        nothingRuns();
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() {
        backend.answers(200, "application/json", Wire.ANSWER);
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.send(hidden() + "GET /v1/models HTTP/1.1\r\nHost: gateway\r\n\r\n" + hidden()
                    + "GET /health HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n");
            String all = caller.readAll();
            assertThat(times("HTTP/1.1 200", all)).isEqualTo(3);
            assertThat(all).contains("HTTP/1.1 401").endsWith("{\"status\":\"ok\"}");
            assertThat(all.indexOf("\"total_tokens\":15}}")).isLessThan(all.indexOf("HTTP/1.1 401"));
            assertThat(all.indexOf("HTTP/1.1 401")).isLessThan(all.lastIndexOf("\"total_tokens\":15}}"));
        }
        assertThat(gateway.calls.opened).hasSize(2);
        nothingRuns();
    }

    /** One byte now and then, of a head that never ends. */
    @Test
    void closesAConnectionWhoseHeadDoesNotEnd() {
        String head = "GET /v1/models HTTP/1.1\r\nHost: gateway\r\nX-Slow: " + "x".repeat(500);
        assertThat(millisUntilClosed("", head)).isLessThan(4_000);
        nothingRuns();
    }

    @Test
    void closesAConnectionWhoseBodyDoesNotEnd() {
        String head = Wire.Bare.head("/v1/chat/completions", 500);
        assertThat(millisUntilClosed(head, "{\"model\":\"" + "x".repeat(480))).isLessThan(4_000);
        assertThat(millisUntilClosed(head("Transfer-Encoding: chunked"), "1\r\nx\r\n".repeat(100)))
                .isLessThan(4_000);
        assertThat(gateway.calls.opened).isEmpty();
        nothingRuns();
    }

    private long millisUntilClosed(String first, String slowly) {
        long begin = System.nanoTime();
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.send(first);
            for (int i = 0; i < slowly.length(); i++) {
                caller.send(slowly.substring(i, i + 1));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        } catch (UncheckedIOException closed) {
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        }
        throw new AssertionError("the connection was still open after " + slowly.length() + " bytes");
    }

    /** A caller that says in the middle of its body that nothing more comes is told so, or at least let go of, at once. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 500", "Transfer-Encoding: chunked"})
    void closesAConnectionWhoseCallerEndsInTheMiddleOfItsBody(String length) {
        long begin = System.nanoTime();
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.send(head(length) + "1f4\r\n{\"model\":\"demo\",").halfClose();
            String answer = caller.readAll();
            if (!answer.isEmpty()) {
                assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"error\"");
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
        assertThat(gateway.calls.opened).isEmpty();
        nothingRuns();
    }

    @Test
    void servesOthersWhileManyCallersAreSlow() {
        backend.answers(200, "application/json", Wire.ANSWER);
        java.util.List<Wire.Bare> slow = new java.util.ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                slow.add(new Wire.Bare(gateway).send("POST /v1/chat/completions HTTP/1.1\r\nHost: gate"));
            }
            assertThat(Wire.chat(gateway, Wire.CHAT).statusCode()).isEqualTo(200);
        } finally {
            slow.forEach(Wire.Bare::close);
        }
        nothingRuns();
    }
}
