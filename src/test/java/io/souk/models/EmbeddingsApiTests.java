package io.souk.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingsApiTests {
    private static RunningModels models;

    @BeforeAll
    static void start() throws IOException {
        models = RunningModels.shared();
    }

    @Test
    void countsTheTokensOfTheReferenceTokenizer() throws Exception {
        try (var file = EmbeddingsApiTests.class.getResourceAsStream("/models/token-counts.json")) {
            for (var entry : RunningModels.JSON.readTree(file)) {
                if (entry.get("tokens").intValue() > 600) {
                    continue;
                }
                var request = RunningModels.JSON
                        .createObjectNode()
                        .put("model", "all-minilm-l6-v2")
                        .put("input", entry.get("text").stringValue());
                var usage = RunningModels.json(models.post("/v1/embeddings", request.toString()))
                        .get("usage");
                assertThat(usage.get("prompt_tokens")).as(request.toString()).isEqualTo(entry.get("tokens"));
                assertThat(usage.get("total_tokens")).isEqualTo(entry.get("tokens"));
            }
        }
    }

    @Test
    void givesTheSameNumbersAsFloatsAndAsBase64() throws Exception {
        var floats = embed("\"input\": \"A stone wall\", \"encoding_format\": \"float\"");
        var packed = embed(
                "\"input\": \"A stone wall\", \"encoding_format\": \"base64\", \"dimensions\": 384, \"user\": \"u\"");

        var numbers = ByteBuffer.wrap(Base64.getDecoder()
                        .decode(packed.get("data").get(0).get("embedding").stringValue()))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        var expected = floats.get("data").get(0).get("embedding");
        assertThat(expected).hasSize(384);
        assertThat(numbers.remaining()).isEqualTo(384);
        for (var i = 0; i < 384; i++) {
            assertThat(numbers.get(i)).isEqualTo(expected.get(i).floatValue());
        }
        assertThat(floats.get("usage")).isEqualTo(packed.get("usage"));
    }

    @Test
    void takesOneTextListsOfTextsAndTokens() throws Exception {
        var one = embed("\"input\": \"hello\"");
        var list = embed("\"input\": [\"hello\", \"world\"]");
        var tokens = embed("\"input\": [7592]");
        var lists = embed("\"input\": [[7592], [2088]]");

        assertThat(one.get("usage").get("prompt_tokens").intValue()).isEqualTo(3);
        assertThat(list.get("usage").get("prompt_tokens").intValue()).isEqualTo(6);
        assertThat(tokens.get("data")).isEqualTo(one.get("data"));
        assertThat(lists.get("data")).isEqualTo(list.get("data"));
        assertThat(list.get("data").get(1).get("index").intValue()).isEqualTo(1);
        assertThat(list.get("object").stringValue()).isEqualTo("list");
        assertThat(list.get("model").stringValue()).isEqualTo("all-minilm-l6-v2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {}                                                                        | model           | missing_required_parameter | 400
        {"model": 5, "input": "x"}                                                | model           | invalid_type               | 400
        {"model": "gpt-9", "input": "x"}                                          |                 | model_not_found            | 404
        {"model": "extractive-summariser", "input": "x"}                          | model           | model_not_supported        | 400
        {"model": "all-minilm-l6-v2"}                                             | input           | missing_required_parameter | 400
        {"model": "all-minilm-l6-v2", "input": []}                                | input           | invalid_type               | 400
        {"model": "all-minilm-l6-v2", "input": ["x", 5]}                          | input           | invalid_type               | 400
        {"model": "all-minilm-l6-v2", "input": [5, "x"]}                          | input           | invalid_type               | 400
        {"model": "all-minilm-l6-v2", "input": {"text": "x"}}                     | input           | invalid_type               | 400
        {"model": "all-minilm-l6-v2", "input": [1.5]}                             | input           | invalid_type               | 400
        {"model": "all-minilm-l6-v2", "input": [30522]}                           | input           | invalid_value              | 400
        {"model": "all-minilm-l6-v2", "input": [-1]}                              | input           | invalid_value              | 400
        {"model": "all-minilm-l6-v2", "input": ""}                                |                 | empty_input                | 400
        {"model": "all-minilm-l6-v2", "input": ["x", " "]}                        |                 | empty_input                | 400
        {"model": "all-minilm-l6-v2", "input": "x", "dimensions": 128}            | dimensions      | invalid_value              | 400
        {"model": "all-minilm-l6-v2", "input": "x", "dimensions": "384"}          | dimensions      | invalid_type               | 400
        {"model": "all-minilm-l6-v2", "input": "x", "encoding_format": "hex"}     | encoding_format | invalid_value              | 400
        {"model": "all-minilm-l6-v2", "input": "x", "model": "all-minilm-l6-v2"}  |                 | invalid_json               | 400
        """)
    void refusesWhatItCannotTake(String body, String param, String code, int status) throws Exception {
        var answer = models.post("/v1/embeddings", body);

        assertThat(answer.statusCode()).isEqualTo(status);
        var error = RunningModels.json(answer).get("error");
        assertThat(error.get("code").stringValue()).isEqualTo(code);
        assertThat(error.get("param").asString("")).isEqualTo(param == null ? "" : param);
        assertThat(error.get("type").stringValue()).isEqualTo("invalid_request_error");
        assertThat(error.get("message").stringValue()).isNotBlank();
    }

    @Test
    void refusesTextBeyondTheMaximumAndSaysHowLongItIs() throws Exception {
        var answer = models.post(
                "/v1/embeddings", "{\"model\": \"all-minilm-l6-v2\", \"input\": \"" + "stone ".repeat(8_129) + "\"}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("context_length_exceeded", "8195 tokens", "at most 8192");
    }

    @Test
    void answersTheTaskOfHuggingFaceWithItsTokensInAHeader() throws Exception {
        var one = models.post("/models/all-minilm-l6-v2", "{\"inputs\": \"hello\", \"normalize\": true}");
        var two = models.post("/models/all-minilm-l6-v2", "{\"inputs\": [\"hello\", \"world\"]}");

        assertThat(RunningModels.json(one)).hasSize(384);
        assertThat(RunningModels.json(two)).hasSize(2);
        assertThat(RunningModels.json(two).get(0)).isEqualTo(RunningModels.json(one));
        assertThat(two.headers().allValues("x-compute-tokens")).isEqualTo(List.of("6"));
        assertThat(models.post("/models/all-minilm-l6-v2", "{\"inputs\": 5}").statusCode())
                .isEqualTo(400);
    }

    private static tools.jackson.databind.JsonNode embed(String fields) throws Exception {
        var answer = models.post("/v1/embeddings", "{\"model\": \"all-minilm-l6-v2\", " + fields + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return RunningModels.json(answer);
    }
}
