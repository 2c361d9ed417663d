package io.souk.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SummariserApiTests {
    private static final String TEXT = "The river rose after a week of rain. By Friday the water of the river stood in "
            + "the lower streets. My aunt likes tea. Volunteers built a wall of sand bags against the river. "
            + "On Sunday the water fell and the streets could be cleaned.";

    private static RunningModels models;

    @BeforeAll
    static void start() throws IOException {
        models = RunningModels.shared();
    }

    @Test
    void readsTheLastMessageOfTheUserAndNothingElse() throws Exception {
        var alone = chat("[{\"role\": \"user\", \"content\": \"" + TEXT + "\"}]", "");
        var among = chat(
                "[{\"role\": \"system\", \"content\": \"Be brief.\"}, {\"role\": \"user\", \"content\": \"Hi\"}, "
                        + "{\"role\": \"assistant\", \"content\": \"Yes?\"}, {\"role\": \"user\", \"content\": "
                        + "[{\"type\": \"text\", \"text\": \"" + TEXT + "\"}]}]",
                ", \"temperature\": 0.2, \"unknown\": {\"a\": 1}");

        assertThat(among.get("choices")).isEqualTo(alone.get("choices"));
        assertThat(among.get("usage")).isEqualTo(alone.get("usage"));
        assertThat(alone.get("usage").get("prompt_tokens").intValue()).isEqualTo(50 + 5 * 2);
        assertThat(alone.get("object").stringValue()).isEqualTo("chat.completion");
        assertThat(alone.get("model").stringValue()).isEqualTo("extractive-summariser");
    }

    @Test
    void keepsToTheLimitOfTokensByWholeSentences() throws Exception {
        for (var field : List.of("max_tokens", "max_completion_tokens")) {
            var answer = chat(user(TEXT), ", \"" + field + "\": 20");
            assertThat(answer.get("choices").get(0).get("finish_reason").stringValue())
                    .isEqualTo("length");
            assertThat(answer.get("usage").get("completion_tokens").intValue()).isBetween(1, 20);
            assertThat(content(answer)).endsWith(".");
        }
    }

    @Test
    void saysWhatToSendWhenTheTextIsTooShort() throws Exception {
        var answer = chat(user("Hello"), "");

        assertThat(content(answer))
                .startsWith("I am the Extractive summariser.")
                .contains("at least three sentences");
        assertThat(answer.get("choices").get(0).get("finish_reason").stringValue())
                .isEqualTo("stop");
        assertThat(answer.get("usage").get("prompt_tokens").intValue()).isEqualTo(3);
    }

    @Test
    void streamsRoleWordsFinishUsageAndDone() throws Exception {
        var whole = chat(user(TEXT), "");
        var events = events(user(TEXT), ", \"stream_options\": {\"include_usage\": true}");

        var first = events.getFirst().get("choices").get(0);
        assertThat(first.get("delta").toString()).isEqualTo("{\"role\":\"assistant\",\"content\":\"\"}");
        assertThat(first.get("finish_reason").isNull()).isTrue();
        assertThat(joined(events)).isEqualTo(content(whole));
        var finish = events.get(events.size() - 2).get("choices").get(0);
        assertThat(finish.get("delta").toString()).isEqualTo("{}");
        assertThat(finish.get("finish_reason").stringValue()).isEqualTo("stop");
        assertThat(events.getLast().get("choices")).isEmpty();
        assertThat(events.getLast().get("usage")).isEqualTo(whole.get("usage"));
        assertThat(events.subList(0, events.size() - 1))
                .allMatch(event -> event.get("usage").isNull());
        assertThat(events)
                .extracting(event -> event.get("id").stringValue())
                .containsOnly(events.getFirst().get("id").stringValue());
        assertThat(events).allMatch(event -> event.get("object").stringValue().equals("chat.completion.chunk"));
    }

    @Test
    void streamsNoUsageThatWasNotAskedFor() throws Exception {
        var events = events(user(TEXT), "");

        assertThat(events).noneMatch(event -> event.has("usage"));
        assertThat(events.getLast().get("choices").get(0).get("finish_reason").stringValue())
                .isEqualTo("stop");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "messages": []                                                          | messages             | invalid_type
        "messages": "Hello"                                                     | messages             | invalid_type
        "messages": ["Hello"]                                                   | messages[0]          | invalid_type
        "messages": [{"role": "user"}]                                          | messages[0].content  | invalid_type
        "messages": [{"role": "assistant", "content": "x"}]                     | messages             | invalid_value
        "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}] | messages[0].content | unsupported_content
        "messages": [{"role": "user", "content": [{"type": "text"}]}]           | messages[0].content  | invalid_type
        "messages": [{"role": "user", "content": "x"}], "n": 2                  | n                    | invalid_value
        "messages": [{"role": "user", "content": "x"}], "max_tokens": 0         | max_tokens           | invalid_value
        "messages": [{"role": "user", "content": "x"}], "max_tokens": 2.5       | max_tokens           | invalid_type
        "messages": [{"role": "user", "content": "x"}], "stream": "yes"         | stream               | invalid_type
        "messages": [{"role": "user", "content": "x"}], "stream_options": {}    | stream_options       | invalid_value
        "messages": [{"role": "user", "content": "x"}], "response_format": {"type": "json_object"} | response_format | unsupported_value
        """)
    void refusesWhatItCannotTake(String fields, String param, String code) throws Exception {
        var answer = models.post("/v1/chat/completions", "{\"model\": \"extractive-summariser\", " + fields + "}");

        assertThat(answer.statusCode()).isEqualTo(400);
        var error = RunningModels.json(answer).get("error");
        assertThat(error.get("code").stringValue()).isEqualTo(code);
        assertThat(error.get("param").stringValue()).isEqualTo(param);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {"n | 2 | 'n' must be 1, not 2.", "max_tokens | 0 | 'max_tokens' must be at least 1, not 0."})
    void saysWhichNumbersItTakes(String field, int number, String message) throws Exception {
        var answer = models.post(
                "/v1/chat/completions",
                "{\"model\": \"extractive-summariser\", \"messages\": " + user(TEXT) + ", \"" + field + "\": " + number
                        + "}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(RunningModels.json(answer).get("error").get("message").stringValue())
                .isEqualTo(message);
    }

    @Test
    void answersTheTaskOfHuggingFace() throws Exception {
        var answer = models.post(
                "/models/extractive-summariser",
                "{\"inputs\": \"" + TEXT + "\", \"parameters\": {\"max_sentences\": 1}}");

        assertThat(RunningModels.json(answer)).hasSize(1);
        assertThat(TEXT)
                .contains(RunningModels.json(answer).get(0).get("summary_text").stringValue());
        assertThat(answer.headers().firstValue("x-compute-tokens")).hasValue("60");
        assertThat(answer.headers().firstValue("x-prompt-tokens")).hasValue("60");
        assertThat(answer.headers().firstValue("x-generated-tokens")).isPresent();
    }

    @Test
    void refusesATaskThatIsTooShortOrAsksForTooMuch() throws Exception {
        var tooShort = models.post("/models/extractive-summariser", "{\"inputs\": \"Hello\"}");
        var tooMuch = models.post(
                "/models/extractive-summariser", "{\"inputs\": \"Hello\", \"parameters\": {\"max_sentences\": 51}}");

        assertThat(tooShort.statusCode()).isEqualTo(400);
        assertThat(tooShort.body()).contains("input_too_short", "at least 3 sentences");
        assertThat(tooMuch.statusCode()).isEqualTo(400);
        assertThat(tooMuch.body()).contains("parameters.max_sentences");
    }

    private static String user(String text) {
        return "[{\"role\": \"user\", \"content\": \"" + text + "\"}]";
    }

    private static String content(JsonNode answer) {
        return answer.get("choices").get(0).get("message").get("content").stringValue();
    }

    private static String joined(List<JsonNode> events) {
        return events.stream()
                .flatMap(event -> event.get("choices").valueStream())
                .map(choice -> choice.get("delta").path("content").asString(""))
                .collect(Collectors.joining());
    }

    private static JsonNode chat(String messages, String more) throws Exception {
        var answer = models.post(
                "/v1/chat/completions",
                "{\"model\": \"extractive-summariser\", \"messages\": " + messages + more + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return RunningModels.json(answer);
    }

    /** The events of a stream; their form is checked to the byte. */
    private static List<JsonNode> events(String messages, String more) throws Exception {
        HttpResponse<String> answer = models.post(
                "/v1/chat/completions",
                "{\"model\": \"extractive-summariser\", \"stream\": true, \"messages\": " + messages + more + "}");
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream; charset=utf-8");
        assertThat(answer.body()).endsWith("\n\ndata: [DONE]\n\n");
        var lines = answer.body().split("\n\n", -1);
        return Stream.of(lines)
                .limit(lines.length - 2L)
                .map(line -> {
                    assertThat(line).startsWith("data: {").doesNotContain("\n");
                    return RunningModels.JSON.readTree(line.substring(6));
                })
                .toList();
    }
}
