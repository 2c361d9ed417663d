package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.gateway.relay.Refusal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is sent, the answer is OpenAI's error shape, and nothing is opened by what cannot be understood. */
class BadInputTests {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final Gateways gateway =
            Gateways.started(Map.of("max-body", "64KB", "body-timeout", "400ms", "event-loops", "1"), backend);

    @AfterEach
    void stop() {
        gateway.close();
        backend.close();
    }

    private void assertNothingOpened() {
        assertThat(gateway.calls.opened).isEmpty();
        assertThat(backend.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "[]", "<html>", "{\"model\":\"demo\"", "{\"model\":\"demo\",}", "null"})
    void refusesABodyThatIsNoJsonObject(String body) {
        HttpResponse<String> refused = Wire.chat(gateway, body);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(Wire.error(refused).path("message").stringValue()).contains("not a JSON object");
        assertNothingOpened();
    }

    @Test
    void namesTheFieldThatIsWrong() {
        HttpResponse<String> refused = Wire.chat(gateway, "{\"model\":\"demo\",\"model\":\"other\",\"messages\":[]}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(Wire.error(refused).path("param").stringValue()).isEqualTo("model");
        assertNothingOpened();
    }

    @Test
    void refusesATooLargeBodyAnnouncedOrNot() {
        String large = "{\"model\":\"demo\",\"messages\":[\"" + "x".repeat(200_000) + "\"]}";
        assertThat(Wire.error(Wire.chat(gateway, large)).path("code").stringValue())
                .isEqualTo("request_too_large");
        HttpResponse<String> refused = Wire.send(Wire.request(gateway, "/v1/chat/completions")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() ->
                        new java.io.ByteArrayInputStream(large.getBytes(java.nio.charset.StandardCharsets.UTF_8))))
                .build());
        assertThat(refused.statusCode()).isEqualTo(413);
        Wire.error(refused);
        assertNothingOpened();
    }

    @Test
    void givesUpOnAHalfSentBody() {
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.send(Wire.Bare.head("/v1/chat/completions", 500) + "{\"model\":\"demo\"");
            assertThat(caller.readAll()).startsWith("HTTP/1.1 408").contains("request_timeout");
        }
        assertNothingOpened();
    }

    @Test
    void refusesACompressedBody() {
        HttpResponse<String> refused = Wire.send(Wire.request(gateway, "/v1/chat/completions")
                .header("content-encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build());
        assertThat(refused.statusCode()).isEqualTo(415);
        Wire.error(refused);
        assertNothingOpened();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/,404",
        "GET,/v1,404",
        "POST,/v1/completions,404",
        "POST,/v1/responses,404",
        "GET,/v1/chat/completions,405",
        "DELETE,/v1/models/demo,405",
        "PUT,/v1/embeddings,405",
        "POST,/health,405",
        "GET,/%2e%2e/etc/passwd,404"
    })
    void saysWhichRoutesExist(String method, String path, int status) {
        HttpResponse<String> refused = Wire.send(Wire.request(gateway, path)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build());
        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(Wire.error(refused).path("message").stringValue()).contains("POST /v1/chat/completions");
        assertNothingOpened();
    }

    @Test
    void refusesHeadersBeyondReason() {
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.send("GET /v1/models HTTP/1.1\r\nHost: x\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n");
            assertThat(caller.readUntil("}}"))
                    .startsWith("HTTP/1.")
                    .contains(" 431 ")
                    .contains("\"error\"");
        }
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.send("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(caller.readUntil("}}"))
                    .startsWith("HTTP/1.")
                    .contains(" 414 ")
                    .contains("\"error\"");
        }
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.send("nonsense\r\n\r\n");
            assertThat(caller.readUntil("}}"))
                    .startsWith("HTTP/1.")
                    .contains(" 400 ")
                    .contains("\"error\"");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MISSING_KEY,401,",
        "UNKNOWN_KEY,401,invalid_api_key",
        "REVOKED_KEY,401,invalid_api_key",
        "EXPIRED_KEY,401,invalid_api_key",
        "UNKNOWN_MODEL,404,model_not_found",
        "NOT_SUBSCRIBED,403,model_not_subscribed",
        "MODEL_WITHDRAWN,404,model_not_found",
        "WRONG_OPERATION,400,unsupported_model",
        "NO_BACKEND,503,no_backend",
        "CREDIT_EXHAUSTED,402,insufficient_quota",
        "BUSY,503,server_is_overloaded",
        "UNAVAILABLE,503,service_unavailable"
    })
    void saysWhyACallIsRefused(Refusal refusal, int status, String code) {
        gateway.calls.refusal = refusal;
        HttpResponse<String> refused = Wire.chat(gateway, Wire.CHAT);
        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(Wire.error(refused).path("code").asString("")).isEqualTo(code == null ? "" : code);
        assertThat(refused.headers().firstValue("retry-after").isPresent()).isEqualTo(status == 503);
        assertThat(refused.headers().firstValue("x-should-retry").isPresent()).isEqualTo(status == 402);
        assertThat(backend.asked).isEmpty();
    }

    @Test
    void keepsTheCallersRequestIdIfItIsSane() {
        HttpResponse<String> sane = Wire.send(Wire.request(gateway, "/v1/models")
                .header("x-request-id", "my-id_1.2:3")
                .build());
        assertThat(sane.headers().firstValue("x-request-id")).hasValue("my-id_1.2:3");
        HttpResponse<String> odd = Wire.send(Wire.request(gateway, "/v1/models")
                .header("x-request-id", "<script>")
                .build());
        assertThat(odd.headers().firstValue("x-request-id").orElseThrow()).startsWith("req_");
    }

    @Test
    void listsModelsOnlyForAKey() {
        HttpResponse<String> none = Wire.send(HttpRequest.newBuilder(java.net.URI.create(gateway.url() + "/v1/models"))
                .build());
        assertThat(none.statusCode()).isEqualTo(401);
        Wire.error(none);
        HttpResponse<String> missing =
                Wire.send(Wire.request(gateway, "/v1/models/no/such").build());
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(Wire.error(missing).path("message").stringValue()).contains("no/such");
        assertThat(Wire.send(Wire.request(gateway, "/v1/models/house/mini").build())
                        .body())
                .contains("\"id\":\"house/mini\"");
        assertThat(Wire.send(Wire.request(gateway, "/v1/models/house%2Fmini").build())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void keepsTheConnectionUsableAfterARefusal() {
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat("hello");
            assertThat(caller.readUntil("\"code\":null}}")).startsWith("HTTP/1.1 400");
            backend.answers(200, "application/json", Wire.ANSWER);
            caller.chat(Wire.CHAT);
            assertThat(caller.readUntil("\"total_tokens\":15}}")).startsWith("HTTP/1.1 200");
        }
    }
}
