package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.gateway.relay.CallEnd;
import io.souk.kernel.CountSource;
import io.souk.kernel.TokenClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The usage that a caller reads last in a stream is what it is charged for, whatever the backend says. */
class ToldUsageTests {
    private static final String WANTED =
            Wire.STREAM.replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}");

    private final ScriptedBackend backend = new ScriptedBackend();
    private final Gateways gateway = Gateways.started(Map.of("event-loops", "1"), backend);

    @AfterEach
    void stop() {
        gateway.close();
        backend.close();
    }

    private static List<JsonNode> usages(String stream) {
        List<JsonNode> usages = new ArrayList<>();
        for (String line : stream.split("\n")) {
            if (line.startsWith("data: {")) {
                JsonNode usage = JsonMapper.shared().readTree(line.substring(6)).path("usage");
                if (usage.isObject()) {
                    usages.add(usage);
                }
            }
        }
        return usages;
    }

    private void assertToldWhatIsCharged(String stream, CountSource source) {
        CallEnd end = Wire.end(gateway);
        assertThat(end.source()).isEqualTo(source);
        JsonNode last = usages(stream).getLast();
        long input = end.counts().get(TokenClass.INPUT);
        long output = end.counts().get(TokenClass.OUTPUT);
        assertThat(last.path("prompt_tokens").longValue()).isEqualTo(input);
        assertThat(last.path("completion_tokens").longValue()).isEqualTo(output);
        assertThat(stream).endsWith(Wire.DONE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000_000, 0, -3})
    void tellsTheChargedCountsWhereTheBackendLies(long completion) {
        backend.streams(Wire.chunk("fine"), Wire.finish(), Wire.usage(12, completion), Wire.DONE);
        String stream = Wire.chat(gateway, WANTED).body();
        assertThat(usages(stream)).hasSize(1);
        assertToldWhatIsCharged(stream, CountSource.CORRECTED);
    }

    @Test
    void tellsThemLastWhereTheLieCameWithTheAnswerItself() {
        backend.streams(
                Wire.chunk("fine"),
                Wire.finish()
                        .replace("\"usage\":null", "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":999999}"),
                Wire.DONE);
        assertToldWhatIsCharged(Wire.chat(gateway, WANTED).body(), CountSource.CORRECTED);
    }

    @Test
    void leavesTheBackendsOwnWordsWhereTheyCanBeTrue() {
        String told = Wire.usage(12, 1).replace("\"choices\"", "\"x_more\":7,\"choices\"");
        backend.streams(Wire.chunk("fine"), Wire.finish(), told, Wire.DONE);
        String stream = Wire.chat(gateway, WANTED).body();
        assertThat(stream).contains("\"x_more\":7");
        assertToldWhatIsCharged(stream, CountSource.PROVIDER);
    }
}
