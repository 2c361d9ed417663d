package io.souk.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FakeBackendTests {
    private static final String CHAT =
            "{\"model\":\"m\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"one two\"}]}";

    @Test
    void answersAChatWithTheWordsItWasSent() throws Exception {
        try (FakeBackend backend = FakeBackend.http()) {
            HttpResponse<String> answer = post(HttpClient.newHttpClient(), backend, "/chat/completions", CHAT, "false");
            assertThat(answer.body()).contains("You said: one two", "\"prompt_tokens\":2", "\"completion_tokens\":4");
            assertThat(backend.seen("/chat/completions")).hasSize(1);
        }
    }

    @Test
    void streamsUsageOnlyWhereItIsAskedFor() throws Exception {
        try (FakeBackend backend = FakeBackend.http()) {
            HttpResponse<String> answer = post(HttpClient.newHttpClient(), backend, "/chat/completions", CHAT, "true");
            assertThat(answer.body()).contains("data: [DONE]").doesNotContain("usage");
        }
    }

    @Test
    void wantsItsCredentialOverTlsUnderItsBasePath() throws Exception {
        SelfSigned certificate = SelfSigned.create();
        try (FakeBackend backend = FakeBackend.https(certificate, "/some/base", "secret");
                HttpClient client =
                        HttpClient.newBuilder().sslContext(certificate.client()).build()) {
            assertThat(post(client, backend, "/embeddings", "{\"input\":\"a\"}").statusCode())
                    .isEqualTo(401);
            HttpResponse<String> answer = client.send(
                    request(backend, "/embeddings", "{\"input\":\"a\"}")
                            .header("Authorization", "Bearer secret")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).contains("\"embedding\":[");
        }
    }

    @Test
    void cutsAStreamSoThatTheCallerSeesIt() {
        try (FakeBackend backend = FakeBackend.http().next(Behaviours.cutsAfter(Behaviours.chunks("m", "a b")))) {
            assertThatThrownBy(() -> post(HttpClient.newHttpClient(), backend, "/chat/completions", CHAT, "true"))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void stallsUntilTheCallerGivesUp() {
        try (FakeBackend backend = FakeBackend.http().next(Behaviours.stalls())) {
            assertThatThrownBy(() -> HttpClient.newHttpClient()
                            .send(
                                    request(backend, "/chat/completions", CHAT.formatted("false"))
                                            .timeout(Duration.ofMillis(300))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(HttpTimeoutException.class);
        }
    }

    private static HttpResponse<String> post(
            HttpClient client, FakeBackend backend, String path, String body, Object... values) throws Exception {
        return client.send(
                request(backend, path, body.formatted(values)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(FakeBackend backend, String path, String body) {
        return HttpRequest.newBuilder(URI.create(backend.baseUrl() + path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }
}
