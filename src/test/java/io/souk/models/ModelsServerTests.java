package io.souk.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.web.server.PortInUseException;

class ModelsServerTests {
    /** About a second of work on one thread, and more on a busy machine. */
    private static final String LONG =
            "{\"model\": \"all-minilm-l6-v2\", \"input\": \"" + "stone ".repeat(8_000) + "\"}";

    private static final String SHORT = "{\"model\": \"all-minilm-l6-v2\", \"input\": \"hello\"}";

    @ParameterizedTest
    @CsvSource({
        "GET, /, 404, unknown_url",
        "GET, /v1/nothing, 404, unknown_url",
        "POST, /v1/responses, 404, unknown_url",
        "GET, /v1/embeddings, 405, method_not_supported",
        "DELETE, /v1/models, 405, method_not_supported",
        "GET, /v1/models/gpt-9, 404, model_not_found",
        "POST, /models/gpt-9, 404, model_not_found",
    })
    void answersUnknownRoutesInTheShapeOfTheDialect(String method, String path, int status, String code)
            throws Exception {
        var models = RunningModels.shared();
        var answer = models.send(
                HttpRequest.newBuilder(models.at(path)).method(method, HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("x-request-id")).isPresent();
        var error = RunningModels.json(answer).get("error");
        assertThat(error.propertyNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(error.get("code").stringValue()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"not json", "[]", "\"text\"", "{\"model\": ", "{} {}", "''"})
    void answersABodyThatIsNoJsonObject(String body) throws Exception {
        var answer = RunningModels.shared().post("/v1/embeddings", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(RunningModels.json(answer).get("error").get("code").stringValue())
                .isEqualTo("invalid_json");
    }

    @Test
    void refusesABodyAboveOneMebibyteHoweverItComes() throws Exception {
        var models = RunningModels.shared();
        var body = "{\"input\": \"" + "x".repeat(1 << 20) + "\"}";

        for (var publisher : new HttpRequest.BodyPublisher[] {
            HttpRequest.BodyPublishers.ofString(body),
            HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString(body))
        }) {
            var answer = models.send(HttpRequest.newBuilder(models.at("/v1/embeddings"))
                    .expectContinue(true)
                    .POST(publisher));
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).contains("request_too_large");
        }
    }

    @Test
    void answersManyMoreRequestsInTurnThanItHoldsAtOnce() throws Exception {
        var models = RunningModels.shared();
        for (var i = 0; i < 300; i++) {
            assertThat(models.get("/v1/models").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void listsItsModels() throws Exception {
        var models = RunningModels.shared();
        var list = RunningModels.json(models.get("/v1/models"));

        assertThat(list.get("data"))
                .extracting(model -> model.get("id").stringValue())
                .containsExactly("all-minilm-l6-v2", "extractive-summariser");
        assertThat(RunningModels.json(models.get("/v1/models/extractive-summariser")))
                .isEqualTo(list.get("data").get(1));
    }

    @Test
    void asksForTheCredentialOnAllRoutesButHealth() throws Exception {
        try (var models = new RunningModels(4, Duration.ofSeconds(20), "s3cret")) {
            var request = HttpRequest.newBuilder(models.at("/v1/models"));

            assertThat(models.get("/v1/models").statusCode()).isEqualTo(401);
            assertThat(models.post("/v1/embeddings", SHORT).body()).contains("invalid_api_key");
            assertThat(models.send(request.copy().header("authorization", "Bearer wrong"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(models.send(request.copy().header("authorization", "Bearer s3cret"))
                            .statusCode())
                    .isEqualTo(200);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> models.get("/health").statusCode() == 200);
        }
    }

    @Test
    void answersTheFirstCallWhileTheModelIsStillBeingLoaded() throws Exception {
        var start = System.nanoTime();
        try (var models = new RunningModels(4, Duration.ofSeconds(20), null)) {
            assertThat(models.post("/v1/embeddings", SHORT).statusCode()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void tellsBusyCallersToTryAgain() throws Exception {
        try (var models = new RunningModels(2, Duration.ofSeconds(20), null)) {
            await().atMost(Duration.ofSeconds(20)).until(models.pool::ready);
            try (var one = open(models, LONG);
                    var other = open(models, LONG)) {
                await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
                    var busy = models.post("/v1/embeddings", SHORT);
                    assertThat(busy.statusCode()).isEqualTo(503);
                    assertThat(busy.headers().firstValue("retry-after")).hasValue("1");
                    assertThat(RunningModels.json(busy).get("error").get("code").stringValue())
                            .isEqualTo("busy");
                });
                var task = models.post("/models/all-minilm-l6-v2", "{\"inputs\": \"hello\"}");
                assertThat(task.statusCode())
                        .as("Hugging Face's client repeats a 503 for ever")
                        .isEqualTo(429);
                assertThat(one.isConnected() && other.isConnected()).isTrue();
            }
        }
    }

    @Test
    void stopsWorkingForCallersWhoHangUp() throws Exception {
        try (var models = new RunningModels(4, Duration.ofSeconds(60), null)) {
            await().atMost(Duration.ofSeconds(20)).until(models.pool::ready);
            var callers = new ArrayList<Socket>();
            for (var i = 0; i < 4; i++) {
                callers.add(open(models, LONG));
            }
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> models.post("/v1/embeddings", SHORT).statusCode() == 503);

            for (var caller : callers) {
                caller.close();
            }

            // all four together are several seconds of work
            await().atMost(Duration.ofSeconds(1))
                    .until(() -> models.post("/v1/embeddings", SHORT).statusCode() == 200);
        }
    }

    @Test
    void endsWorkAtItsDeadline() throws Exception {
        try (var models = new RunningModels(4, Duration.ofMillis(200), null)) {
            await().atMost(Duration.ofSeconds(20)).until(models.pool::ready);
            var answer = models.post("/v1/embeddings", LONG);

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("deadline_exceeded");
        }
    }

    @Test
    void survivesABodyThatIsSentByHalf() throws Exception {
        var models = RunningModels.shared();
        try (var caller = new Socket(
                InetAddress.getLoopbackAddress(), models.listener.origin().getPort())) {
            caller.getOutputStream()
                    .write("POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{\"mod"
                            .getBytes(UTF_8));
            caller.getOutputStream().flush();
        }
        assertThat(models.post("/v1/embeddings", SHORT).statusCode()).isEqualTo(200);
    }

    @Test
    void saysThatThePortIsTaken() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var server = new ModelsServer(properties(taken.getLocalPort()), InstantSource.system());

            assertThatExceptionOfType(PortInUseException.class)
                    .isThrownBy(server::start)
                    .withMessageContaining(Integer.toString(taken.getLocalPort()));
            assertThat(server.isRunning()).isFalse();
        }
    }

    @Test
    void startsAndStopsAgain() throws Exception {
        var server = new ModelsServer(properties(0), InstantSource.system());
        for (var round = 0; round < 2; round++) {
            server.start();
            var port = server.origin().getPort();
            assertThat(server.isRunning()).isTrue();
            try (var caller = new Socket("127.0.0.1", port)) {
                assertThat(caller.isConnected()).isTrue();
            }
            server.stop();
            assertThat(server.isRunning()).isFalse();
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> new Socket("127.0.0.1", port).close());
        }
    }

    private static ModelsProperties properties(int port) {
        return new ModelsProperties("127.0.0.1", port, null, 1, 4, null, Duration.ofSeconds(20));
    }

    private static Socket open(RunningModels models, String body) throws IOException {
        var caller = new Socket(
                InetAddress.getLoopbackAddress(), models.listener.origin().getPort());
        caller.getOutputStream()
                .write(("POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n"
                                + body)
                        .getBytes(UTF_8));
        caller.getOutputStream().flush();
        return caller;
    }
}
