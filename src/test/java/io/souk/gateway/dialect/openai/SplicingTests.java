package io.souk.gateway.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.souk.gateway.relay.Operation;
import io.souk.gateway.relay.Route;
import io.souk.kernel.Ids;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes up is what came, but for the edits that are named here. */
class SplicingTests {
    private static final String ODD =
            "\"x_new\" : {\"deep\":[1, 2.50 ,\"\\u00e9\\/\"],\"e\":1E+2} ,\n\t\"temperature\":0.70";

    private static Route route(String host) {
        Duration second = Duration.ofSeconds(1);
        return new Route(
                Ids.next(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                host,
                true,
                "",
                "up/stream",
                null,
                new Route.Deadlines(second, second, second));
    }

    private static String sent(String body, int cap, String host) {
        OpenAiRequest request = OpenAiRequest.read(Operation.CHAT, body.getBytes(StandardCharsets.UTF_8));
        return new String(request.body(route(host), cap), StandardCharsets.UTF_8);
    }

    private static String sent(String body) {
        return sent(body, 50, "localhost");
    }

    @Test
    void passesUnknownFieldsByteForByte() {
        assertThat(sent("{ " + ODD
                        + ", \"model\" : \"m\",\"messages\":[ {\"role\":\"user\"} ] ,\"max_tokens\":50 } \n"))
                .isEqualTo("{ " + ODD
                        + ", \"model\" : \"up/stream\",\"messages\":[ {\"role\":\"user\"} ] ,\"max_tokens\":50 } \n");
    }

    @Test
    void asksForUsageInEveryStream() {
        String rest = ",\"model\":\"up/stream\",\"messages\":[],\"max_tokens\":9";
        String asked = rest.replace("up/stream", "m");
        assertThat(sent("{\"stream\":true" + asked + "}"))
                .isEqualTo("{\"stream\":true" + rest + ",\"stream_options\":{\"include_usage\":true}}");
        assertThat(sent("{\"stream\":true,\"stream_options\":null" + asked + "}"))
                .isEqualTo("{\"stream\":true,\"stream_options\":{\"include_usage\":true}" + rest + "}");
        assertThat(sent("{\"stream\":true,\"stream_options\":{ }" + asked + "}"))
                .isEqualTo("{\"stream\":true,\"stream_options\":{\"include_usage\":true }" + rest + "}");
        assertThat(sent("{\"stream\":true,\"stream_options\":{\"a\":1}" + asked + "}"))
                .isEqualTo("{\"stream\":true,\"stream_options\":{\"include_usage\":true,\"a\":1}" + rest + "}");
        assertThat(sent("{\"stream\":true,\"stream_options\":{\"include_usage\":false}" + asked + "}"))
                .isEqualTo("{\"stream\":true,\"stream_options\":{\"include_usage\":true}" + rest + "}");
        assertThat(sent("{\"stream\":true,\"stream_options\":{\"include_usage\":true}" + asked + "}"))
                .isEqualTo("{\"stream\":true,\"stream_options\":{\"include_usage\":true}" + rest + "}");
        assertThat(sent("{\"stream\":false" + asked + "}")).isEqualTo("{\"stream\":false" + rest + "}");
    }

    @Test
    void capsTheOutputByTheNameThatTheCallerUsedOrTheBackendKnows() {
        String head = "{\"messages\":[],\"model\":\"m\"";
        String up = head.replace("\"m\"", "\"up/stream\"");
        assertThat(sent(head + "}")).isEqualTo(up + ",\"max_tokens\":50}");
        assertThat(sent(head + ",\"max_tokens\":null}")).isEqualTo(up + ",\"max_tokens\":50}");
        assertThat(sent(head + ",\"max_tokens\":51}")).isEqualTo(up + ",\"max_tokens\":50}");
        assertThat(sent(head + ",\"max_tokens\":7}")).isEqualTo(up + ",\"max_tokens\":7}");
        assertThat(sent(head + ",\"max_completion_tokens\":90}")).isEqualTo(up + ",\"max_completion_tokens\":50}");
        assertThat(sent(head + "}", 50, "api.openai.com")).isEqualTo(up + ",\"max_completion_tokens\":50}");
        assertThat(sent(head + "}", 0, "localhost")).isEqualTo(up + "}");
    }

    @Test
    void readsTheCapThatBindsTheCaller() {
        assertThat(cap(",\"max_tokens\":9,\"max_completion_tokens\":5")).hasValue(5);
        assertThat(cap(",\"max_tokens\":9")).hasValue(9);
        assertThat(cap("")).isEmpty();
    }

    private static OptionalInt cap(String more) {
        String body = "{\"model\":\"m\",\"messages\":[]" + more + "}";
        return OpenAiRequest.read(Operation.CHAT, body.getBytes(StandardCharsets.UTF_8))
                .outputCap();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"messages\":[]}|model",
                "{\"model\":7,\"messages\":[]}|model",
                "{\"model\":null,\"messages\":[]}|model",
                "{\"model\":\"\",\"messages\":[]}|model",
                "{\"model\":\"a\",\"model\":\"b\",\"messages\":[]}|model",
                "{\"model\":\"a\",\"mod\\u0065l\":\"b\",\"messages\":[]}|model",
                "{\"model\":\"a\",\"Model\":\"b\",\"messages\":[]}|model",
                "{\"model\":\"a\",\"messages\":[],\"stream\":\"yes\"}|stream",
                "{\"model\":\"a\",\"messages\":[],\"stream\":true,\"stream\":false}|stream",
                "{\"model\":\"a\",\"messages\":[],\"stream_options\":[]}|stream_options",
                "{\"model\":\"a\",\"messages\":[],\"n\":0}|n",
                "{\"model\":\"a\",\"messages\":[],\"n\":129}|n",
                "{\"model\":\"a\",\"messages\":[],\"n\":1.5}|n",
                "{\"model\":\"a\",\"messages\":[],\"max_tokens\":0}|max_tokens",
                "{\"model\":\"a\",\"messages\":[],\"max_tokens\":-5}|max_tokens",
                "{\"model\":\"a\",\"messages\":[],\"max_tokens\":99999999999}|max_tokens",
                "{\"model\":\"a\",\"messages\":[],\"max_completion_tokens\":\"9\"}|max_completion_tokens",
                "{\"model\":\"a\",\"messages\":[],\"Max_Completion_Tokens\":9}|max_completion_tokens",
                "{\"model\":\"a\"}|messages",
                "{\"model\":\"a\",\"messages\":\"hello\"}|messages"
            })
    void refusesMistypedAndAmbiguousFieldsByName(String body, String param) {
        assertThatThrownBy(() -> OpenAiRequest.read(Operation.CHAT, body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(BadRequest.class, bad -> {
                    assertThat(bad.failure().param()).isEqualTo(param);
                    assertThat(bad.failure().status()).isEqualTo(400);
                });
    }

    @Test
    void countsAPromptOfEachShape() {
        assertThat(embeddingTokens("\"hello world\"")).isEqualTo(2);
        assertThat(embeddingTokens("[\"hello world\",\"hello\"]")).isEqualTo(3);
        assertThat(embeddingTokens("[1,2,3]")).isEqualTo(3);
        assertThat(embeddingTokens("[[1,2,3],[4]]")).isEqualTo(4);
    }

    private static long embeddingTokens(String input) {
        String body = "{\"model\":\"m\",\"input\":" + input + "}";
        return OpenAiRequest.read(Operation.EMBEDDINGS, body.getBytes(StandardCharsets.UTF_8))
                .promptTokens();
    }
}
