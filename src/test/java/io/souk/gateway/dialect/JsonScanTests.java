package io.souk.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class JsonScanTests {
    private static final JsonPaths PATHS =
            JsonPaths.of("model", "usage", "usage.prompt_tokens", "choices[]", "choices[].delta.content", "list[][]");
    private static final String DOCUMENT = """
        {"id":"x\\"y","model" : "a\\/b\\u00e9\\ud83d\\ude00", "skip":{"model":"no","usage":[1,{"a":[]}]},
         "usage":{"prompt_tokens":-12.5e+3 ,"other":null},"choices":[{"delta":{"content":"Grüße 😀"}},7,{}],
         "list":[[1,true],[],[false,null]], "empty":{},"t":[ ]}
        """;

    private static List<String> told(byte[] document, int... cuts) {
        List<String> told = new ArrayList<>();
        JsonScan[] scan = new JsonScan[1];
        scan[0] = new JsonScan(PATHS, new JsonScan.Sink() {
            @Override
            public void begin(int path, long start) {
                told.add("begin " + path + " " + (char) scan[0].kind() + " at " + start);
            }

            @Override
            public void scalar(int path, long start, long end) {
                told.add("scalar " + path + " " + scan[0].raw() + " " + start + "-" + end);
            }

            @Override
            public void end(int path, long start, long end) {
                told.add("end " + path + " " + start + "-" + end);
            }
        });
        int from = 0;
        for (int cut : cuts) {
            scan[0].feed(document, from, cut);
            from = cut;
        }
        scan[0].feed(document, from, document.length);
        scan[0].finish();
        return told;
    }

    @Test
    void tellsTheSameWhereverTheBytesAreCut() {
        byte[] document = DOCUMENT.getBytes(StandardCharsets.UTF_8);
        List<String> whole = told(document);
        assertThat(whole).hasSize(22).contains("begin 0 \" at 23", "end 1 102-142", "scalar 5 null 226-230");
        for (int cut = 0; cut <= document.length; cut++) {
            assertThat(told(document, cut)).isEqualTo(whole);
        }
        Random random = new Random(20261123);
        for (int round = 0; round < 2000; round++) {
            int[] cuts = random.ints(1 + random.nextInt(12), 0, document.length + 1)
                    .sorted()
                    .toArray();
            assertThat(told(document, cuts)).isEqualTo(whole);
        }
    }

    @Test
    void findsTheBytesThatItNames() {
        byte[] document = DOCUMENT.getBytes(StandardCharsets.UTF_8);
        for (String line : told(document)) {
            if (line.startsWith("scalar")) {
                String range = line.substring(line.lastIndexOf(' ') + 1);
                int start = Integer.parseInt(range.substring(0, range.indexOf('-')));
                int end = Integer.parseInt(range.substring(range.indexOf('-') + 1));
                assertThat(line).contains(new String(document, start, end - start, StandardCharsets.UTF_8));
            }
        }
    }

    /** Mutants of a document: whatever Jackson refuses, the scan refuses, and the other way round. */
    @Test
    void agreesWithJacksonOnWhatIsJson() {
        JsonMapper jackson = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        String alphabet = "{}[]\",:0123456789.eE+-truefalsn \\/ux\n\t";
        Random random = new Random(42);
        int refused = 0;
        for (int round = 0; round < 60_000; round++) {
            StringBuilder text = new StringBuilder(
                    "{\"a\":[1,-2.5e3,true,null,{\"b\":\"c\\n\\u0041\"}],\"model\":\"m\",\"x\":{},\"y\":[]}");
            for (int edit = random.nextInt(3); edit >= 0; edit--) {
                int at = random.nextInt(text.length());
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, c);
                    case 1 -> text.insert(at, c);
                    default -> text.deleteCharAt(at);
                }
            }
            byte[] document = text.toString().getBytes(StandardCharsets.UTF_8);
            boolean valid = isObject(jackson, document);
            refused += valid ? 0 : 1;
            if (valid) {
                assertThatCode(() -> told(document)).as(text.toString()).doesNotThrowAnyException();
            } else {
                assertThatThrownBy(() -> told(document)).as(text.toString()).isInstanceOf(MalformedJson.class);
            }
        }
        assertThat(refused).isBetween(20_000, 58_000);
    }

    private static boolean isObject(JsonMapper jackson, byte[] document) {
        try {
            return jackson.readTree(document).isObject();
        } catch (JacksonException notJson) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "\"a\"",
                "1",
                "null",
                "{",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":01}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\":[1,]}",
                "{\"a\":tru}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\u0001\"}",
                "{\"a\":1}}",
                "{\"a\":1} x",
                "{a:1}",
                "{'a':1}",
                "{\"a\":-}",
                "{\"a\":1.}",
                "{\"a\":1e}",
                "<html></html>",
                "\ufeff{}"
            })
    void refusesWhatIsNoObject(String text) {
        assertThatThrownBy(() -> told(text.getBytes(StandardCharsets.UTF_8))).isInstanceOf(MalformedJson.class);
    }

    @Test
    void refusesWhatIsNestedTooDeeply() {
        String deep = "{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}";
        assertThatCode(() -> told(deep.getBytes(StandardCharsets.UTF_8))).doesNotThrowAnyException();
        String deeper = "{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}";
        assertThatThrownBy(() -> told(deeper.getBytes(StandardCharsets.UTF_8))).hasMessageContaining("nested deeper");
    }

    @Test
    void findsKeysBehindEscapesAndOtherCaseAndSaysSo() {
        for (String key : List.of("model", "mod\\u0065l", "Model", "MODEL", "mode\u017f")) {
            boolean[] plain = new boolean[1];
            JsonScan[] scan = new JsonScan[1];
            List<Integer> paths = new ArrayList<>();
            scan[0] = new JsonScan(JsonPaths.guarding("model", "modes"), new JsonScan.Sink() {
                @Override
                public void begin(int path, long start) {
                    paths.add(path);
                    plain[0] = scan[0].keyIsPlain();
                }
            });
            byte[] document = ("{\"" + key + "\":1}").getBytes(StandardCharsets.UTF_8);
            scan[0].feed(document, 0, document.length);
            assertThat(paths).as(key).containsExactly(key.endsWith("\u017f") ? 1 : 0);
            assertThat(plain[0]).as(key).isEqualTo(key.equals("model"));
        }
    }

    @Test
    void quotesAndUnquotesEveryText() {
        Random random = new Random(7);
        JsonMapper jackson = JsonMapper.builder().build();
        for (int round = 0; round < 5000; round++) {
            StringBuilder text = new StringBuilder();
            random.ints(random.nextInt(20), 0, 0x1100).forEach(text::appendCodePoint);
            text.appendCodePoint(0x1F600).append("\"\\\n");
            String quoted = JsonText.quote(text.toString());
            assertThat(jackson.readValue(quoted, String.class)).isEqualTo(text.toString());
            byte[] bytes = jackson.writeValueAsString(text.toString()).getBytes(StandardCharsets.UTF_8);
            assertThat(JsonText.decode(bytes, 1, bytes.length - 1)).isEqualTo(text.toString());
        }
    }
}
