package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import io.souk.gateway.relay.CallEnd;
import io.souk.gateway.relay.Refusal;
import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import io.souk.kernel.TokenClass;
import io.souk.kernel.TokenCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenAI's own Java SDK, unmodified but for base URL and key. */
class OpenAiSdkTests {
    private static final String CHUNK = "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":7,"
            + "\"model\":\"vendor/real-name\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},"
            + "\"finish_reason\":null}],\"usage\":null}\n\n";
    private static final String FINISH = "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":7,"
            + "\"model\":\"vendor/real-name\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],"
            + "\"usage\":null}\n\n";
    private static final String USAGE = "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":7,"
            + "\"model\":\"vendor/real-name\",\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3,"
            + "\"total_tokens\":15,\"prompt_tokens_details\":{\"cached_tokens\":4},"
            + "\"completion_tokens_details\":{\"reasoning_tokens\":1}}}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private final ScriptedBackend backend = new ScriptedBackend();
    private final Gateways gateway = Gateways.started(Map.of(), backend);
    private OpenAIClient client = client(FakeCalls.KEY);

    private OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    @BeforeEach
    void readyClient() {
        client = client(FakeCalls.KEY);
    }

    @AfterEach
    void stop() {
        client.close();
        gateway.close();
        backend.close();
    }

    private static ChatCompletionCreateParams.Builder question() {
        return ChatCompletionCreateParams.builder().model("demo").addUserMessage("How are you?");
    }

    private CallEnd end() {
        await().atMost(Duration.ofSeconds(5)).until(() -> !gateway.calls.ends.isEmpty());
        assertThat(gateway.calls.ends).hasSize(1);
        return gateway.calls.ends.element();
    }

    @Test
    void answersAChatInOneDocument() {
        backend.answers(
                200,
                "application/json",
                "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":7,\"model\":\"vendor/real-name\","
                        + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Fine.\","
                        + "\"refusal\":null},\"finish_reason\":\"stop\",\"logprobs\":null}],"
                        + "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3,\"total_tokens\":15}}");

        ChatCompletion answer = client.chat().completions().create(question().build());

        assertThat(answer.choices().getFirst().message().content()).hasValue("Fine.");
        assertThat(answer.model()).isEqualTo("demo");
        assertThat(answer.usage().orElseThrow().promptTokens()).isEqualTo(12);
        assertThat(backend.asked.getFirst().path()).isEqualTo("/base/v1/chat/completions");
        assertThat(backend.asked.getFirst().headers()).containsEntry("authorization", "Bearer " + Gateways.CREDENTIAL);
        assertThat(backend.asked.getFirst().headers().toString()
                        + backend.asked.getFirst().text())
                .doesNotContain(FakeCalls.KEY);
        assertThat(end().counts()).isEqualTo(TokenCounts.of(12, 3));
        assertThat(end().reason()).isEqualTo(CallReason.COMPLETED);
        assertThat(end().source()).isEqualTo(CountSource.PROVIDER);
    }

    @Test
    void streamsAChatWithoutTheUsageThatWasNotAskedFor() {
        backend.streams(CHUNK.formatted("Fi"), CHUNK.formatted("ne."), FINISH, USAGE + DONE);

        List<ChatCompletionChunk> chunks = new ArrayList<>();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(question().build())) {
            stream.stream().forEach(chunks::add);
        }

        assertThat(chunks).hasSize(3).allMatch(chunk -> chunk.model().equals("demo"));
        assertThat(chunks).allMatch(chunk -> chunk.usage().isEmpty());
        assertThat(chunks.getFirst().choices().getFirst().delta().content()).hasValue("Fi");
        assertThat(end().counts())
                .isEqualTo(TokenCounts.of(8, 2).with(TokenClass.CACHE_READ, 4).with(TokenClass.REASONING, 1));
    }

    @Test
    void streamsTheUsageLastWhenItWasAskedFor() {
        backend.streams(CHUNK.formatted("Fine."), FINISH, USAGE, DONE);

        List<ChatCompletionChunk> chunks = new ArrayList<>();
        try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                .completions()
                .createStreaming(question()
                        .streamOptions(ChatCompletionStreamOptions.builder()
                                .includeUsage(true)
                                .build())
                        .build())) {
            stream.stream().forEach(chunks::add);
        }

        assertThat(chunks).hasSize(3);
        assertThat(chunks.getLast().usage().orElseThrow().promptTokens()).isEqualTo(12);
        assertThat(chunks.getLast().choices()).isEmpty();
    }

    @Test
    void countsByItselfAndSaysSoWhenTheBackendDoesNotCount() {
        backend.streams(CHUNK.formatted("Fine, thank you."), FINISH, DONE);

        List<ChatCompletionChunk> chunks = new ArrayList<>();
        try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                .completions()
                .createStreaming(question()
                        .streamOptions(ChatCompletionStreamOptions.builder()
                                .includeUsage(true)
                                .build())
                        .build())) {
            stream.stream().forEach(chunks::add);
        }

        assertThat(end().source()).isEqualTo(CountSource.COUNTED);
        assertThat(end().counts().get(TokenClass.OUTPUT)).isEqualTo(5);
        assertThat(end().counts().get(TokenClass.INPUT)).isEqualTo(11);
        assertThat(chunks.getLast().usage().orElseThrow().completionTokens()).isEqualTo(5);
    }

    @Test
    void givesEmbeddingsFromABackendThatOnlyKnowsFloats() {
        backend.answers(
                200,
                "application/json",
                "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,"
                        + "\"embedding\":[0.25,-1.5,3e-3]}],\"model\":\"vendor/real-name\","
                        + "\"usage\":{\"prompt_tokens\":3,\"total_tokens\":3}}");

        CreateEmbeddingResponse answer = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("demo")
                        .input("three little words")
                        .build());

        assertThat(backend.asked.getFirst().text()).contains("\"encoding_format\":\"base64\"");
        List<Float> embedding = answer.data().getFirst().embedding();
        assertThat(embedding).hasSize(3);
        assertThat(embedding.get(2)).isCloseTo(0.003f, within(1e-9f));
        assertThat(answer.model()).isEqualTo("demo");
        assertThat(end().counts()).isEqualTo(TokenCounts.of(3, 0));
    }

    @Test
    void givesFloatsFromABackendThatSendsBase64() {
        backend.answers(
                200,
                "application/json",
                "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,"
                        + "\"embedding\":\"AACAPgAAwL8=\"}],\"model\":\"vendor/real-name\","
                        + "\"usage\":{\"prompt_tokens\":3,\"total_tokens\":3}}");

        CreateEmbeddingResponse answer = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("demo")
                        .input("three little words")
                        .encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT)
                        .build());

        assertThat(answer.data().getFirst().embedding()).containsExactly(0.25f, -1.5f);
    }

    @Test
    void tellsRefusalsAsTheSdkExpectsThem() {
        OpenAIClient wrong = client("sk-souk-wrong");
        assertThatThrownBy(() -> wrong.chat().completions().create(question().build()))
                .isInstanceOf(UnauthorizedException.class)
                .hasMessageContaining("not one of ours");
        wrong.close();
        gateway.calls.refusal = Refusal.CREDIT_EXHAUSTED;
        assertThatThrownBy(() -> client.chat().completions().create(question().build()))
                .isInstanceOfSatisfying(OpenAIServiceException.class, refused -> {
                    assertThat(refused.statusCode()).isEqualTo(402);
                    assertThat(refused.code()).hasValue("insufficient_quota");
                    assertThat(refused.headers().values("x-should-retry")).containsExactly("false");
                });
        assertThat(backend.asked).isEmpty();
        assertThat(gateway.calls.ends).isEmpty();
    }

    @Test
    void listsModels() {
        assertThat(client.models().list().data().stream().map(model -> model.id()))
                .containsExactly("house/mini", "demo");
        assertThat(client.models().retrieve("house/mini").ownedBy()).isEqualTo("souk");
    }
}
