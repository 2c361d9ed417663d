package io.souk.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The unmodified SDK for Java against the house models. */
class OpenAiClientTests {
    private static final String TEXT = "The river rose after a week of rain. By Friday the water of the river stood in "
            + "the lower streets. My aunt likes tea. Volunteers built a wall of sand bags against the river. "
            + "On Sunday the water fell and the streets could be cleaned.";

    private static OpenAIClient client;

    @BeforeAll
    static void connect() throws IOException {
        client = OpenAIOkHttpClient.builder()
                .baseUrl(RunningModels.shared().at("/v1").toString())
                .apiKey("any")
                .maxRetries(0)
                .build();
    }

    @AfterAll
    static void disconnect() {
        client.close();
    }

    @Test
    void givesVectorsInTheDefaultEncodingOfTheSdk() {
        var answer = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model(HouseModels.EMBEDDINGS.id())
                        .inputOfArrayOfStrings(List.of("How do I reset my password?", "I forgot my login credentials"))
                        .build());

        assertThat(answer.data()).hasSize(2);
        var one = answer.data().get(0).embedding();
        var other = answer.data().get(1).embedding();
        assertThat(one).hasSize(384);
        assertThat(cosine(one, one)).isCloseTo(1, Offset.offset(1e-5));
        assertThat(cosine(one, other)).isBetween(0.6, 0.75);
        assertThat(answer.usage().promptTokens()).isEqualTo(9 + 8);
    }

    @Test
    void summarisesInOnePiece() {
        var answer = client.chat()
                .completions()
                .create(ChatCompletionCreateParams.builder()
                        .model(HouseModels.SUMMARISER.id())
                        .addUserMessage(TEXT)
                        .build());

        var choice = answer.choices().getFirst();
        assertThat(choice.message().content().orElseThrow())
                .startsWith("The river rose")
                .doesNotContain("aunt");
        assertThat(choice.finishReason().toString()).isEqualTo("stop");
        var usage = answer.usage().orElseThrow();
        assertThat(usage.totalTokens()).isEqualTo(usage.promptTokens() + usage.completionTokens());
    }

    @Test
    void streamsTheSameSummaryAndTheSameCounts() {
        var params = ChatCompletionCreateParams.builder()
                .model(HouseModels.SUMMARISER.id())
                .addUserMessage(TEXT)
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build());
        try (var stream = client.chat().completions().createStreaming(params.build())) {
            var chunks = stream.stream().toList();
            var text = chunks.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .flatMap(choice -> choice.delta().content().stream())
                    .collect(Collectors.joining());
            var whole = client.chat()
                    .completions()
                    .create(ChatCompletionCreateParams.builder()
                            .model(HouseModels.SUMMARISER.id())
                            .addUserMessage(TEXT)
                            .build());

            assertThat(chunks).hasSizeGreaterThan(10);
            assertThat(text)
                    .isEqualTo(whole.choices().getFirst().message().content().orElseThrow());
            assertThat(chunks.getLast().usage().orElseThrow().completionTokens())
                    .isEqualTo(whole.usage().orElseThrow().completionTokens());
            assertThat(chunks.getLast().choices()).isEmpty();
        }
    }

    private static double cosine(List<Float> a, List<Float> b) {
        var sum = 0.0;
        for (var i = 0; i < a.size(); i++) {
            sum += a.get(i) * b.get(i);
        }
        return sum;
    }
}
