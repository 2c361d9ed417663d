package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A backend that repeats the credential it was given: the caller never sees it. */
class BackendSecretTests {
    private static final String HIDDEN = "*".repeat(Gateways.CREDENTIAL.length());

    private final ScriptedBackend backend = new ScriptedBackend();
    private final Gateways gateway = Gateways.started(Map.of("event-loops", "1"), backend);

    @AfterEach
    void stop() {
        gateway.close();
        backend.close();
    }

    private static String echoing(String secret) {
        return Wire.ANSWER
                .replace("{\"id\"", "{\"secret_echo\":\"Bearer " + secret + "\",\"id\"")
                .replace("Fine.", "I know " + secret + ".");
    }

    private void inPieces(HttpServerResponse response, Buffer body, int from, int size) {
        if (from >= body.length()) {
            response.end();
        } else {
            response.write(body.slice(from, Math.min(body.length(), from + size)))
                    .onSuccess(_ -> backend.later(1, () -> inPieces(response, body, from + size, size)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 16, 23, 10_000})
    void hidesItInAWholeAnswerInPiecesOfAnySize(int size) {
        Buffer body = Buffer.buffer(echoing(Gateways.CREDENTIAL));
        backend.script = (_, response) -> {
            response.putHeader("content-type", "application/json")
                    .putHeader("content-length", String.valueOf(body.length()));
            inPieces(response, body, 0, size);
        };
        HttpResponse<String> answer = Wire.chat(gateway, Wire.CHAT);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(echoing(HIDDEN).replace("vendor/real-name", "demo"));
        answer.headers()
                .firstValue("content-length")
                .ifPresent(length -> assertThat(length)
                        .isEqualTo(String.valueOf(answer.body().getBytes(StandardCharsets.UTF_8).length)));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 17, 10_000})
    void hidesItInAStreamCutAnywhere(int size) {
        String stream = Wire.chunk("I know " + Gateways.CREDENTIAL)
                + Wire.chunk("fine").replace("{\"id\"", "{\"echo\":\"Bearer " + Gateways.CREDENTIAL + "\",\"id\"")
                + Wire.finish()
                + Wire.usage(12, 3).replace("\"choices\"", "\"echo\":\"" + Gateways.CREDENTIAL + "\",\"choices\"")
                + Wire.DONE;
        backend.script = (_, response) -> {
            response.setChunked(true).putHeader("content-type", "text/event-stream");
            inPieces(response, Buffer.buffer(stream), 0, size);
        };
        String asked =
                Wire.STREAM.replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        assertThat(Wire.chat(gateway, asked).body())
                .isEqualTo(stream.replace(Gateways.CREDENTIAL, HIDDEN).replace("vendor/real-name", "demo"));
    }

    @Test
    void hidesItWhereJsonSpellsItOtherwise() {
        gateway.calls.routes = List.of(Gateways.route(backend.port(), "sk/abc+def=="));
        backend.answers(200, "application/json", echoing("sk\\/abc\\u002Bdef\\u003d="));
        assertThat(Wire.chat(gateway, Wire.CHAT).body())
                .contains("Bearer " + "*".repeat(23) + "\"")
                .doesNotContain("abc", "def");
    }

    @Test
    void hidesAShortOneBehindItsScheme() {
        gateway.calls.routes = List.of(Gateways.route(backend.port(), "sek"));
        backend.answers(200, "application/json", echoing("sek"));
        assertThat(Wire.chat(gateway, Wire.CHAT).body())
                .contains("\"Bearer ***\"")
                .doesNotContain("Bearer sek");
    }

    @ParameterizedTest
    @CsvSource({"400", "422", "429", "503"})
    void hidesItInEveryFieldOfAnError(int status) {
        backend.answers(
                status,
                "application/json",
                "{\"error\":{\"message\":\"a\",\"type\":\"t-%s\",\"param\":\"p-%s\",\"code\":\"c-%s\"}}"
                        .replace("%s", Gateways.CREDENTIAL));
        assertThat(Wire.chat(gateway, Wire.CHAT).body()).doesNotContain(Gateways.CREDENTIAL);
    }

    @Test
    void hidesItInWhatIsToldOfAnAnswerOfTheWrongForm() {
        backend.answers(200, "text/" + Gateways.CREDENTIAL, Wire.ANSWER);
        HttpResponse<String> refused = Wire.chat(gateway, Wire.STREAM);
        assertThat(refused.statusCode()).isEqualTo(502);
        assertThat(refused.body()).contains("text/" + HIDDEN);
    }

    @Test
    void hidesItInHeaders() {
        backend.script = (_, response) -> response.putHeader("content-type", "application/json")
                .putHeader("x-echo", Gateways.CREDENTIAL)
                .putHeader("x-request-id", Gateways.CREDENTIAL)
                .end(Wire.ANSWER);
        assertThat(Wire.chat(gateway, Wire.CHAT).headers().map().toString()).doesNotContain(Gateways.CREDENTIAL);
    }
}
