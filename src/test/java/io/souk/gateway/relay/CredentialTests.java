package io.souk.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.gateway.dialect.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialTests {
    private static final String KEY = "sk-proj-9f8e7d6c5b4a";

    private static Credential credential(String value) {
        return Objects.requireNonNull(Credential.of(value));
    }

    /** What goes on of each piece; the last entry is what came with the end. */
    private static List<String> passed(String value, String... pieces) {
        Masking masking = new Masking(credential(value));
        List<String> passed = new ArrayList<>();
        for (String piece : pieces) {
            Bytes bytes = new Bytes(0).add(piece);
            masking.pass(bytes);
            passed.add(bytes.toString());
        }
        Bytes end = new Bytes(0);
        masking.finish(end);
        passed.add(end.toString());
        return passed;
    }

    private static String masked(String value, String text) {
        return String.join("", passed(value, text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                KEY,
                "a+b/c=d\"e\\f<g>",
                "++//++//==",
                "abababababab",
                "0123456789abcdef/0123456789abcdef+\"",
                "u002b+++u002b",
                "////////////u002f",
            })
    void findsEverySpellingThatJsonHasAndWritesAsManyAsterisks(String value) {
        Random random = new Random(value.hashCode());
        for (int i = 0; i < 200; i++) {
            String spelled = spelled(value, random);
            String text = "{\"x\":\"Bearer " + spelled + "\",\"y\":[\"" + spelled + "\",1]}";
            assertThat(masked(value, text)).isEqualTo(text.replace(spelled, "*".repeat(spelled.length())));
        }
    }

    private static String spelled(String value, Random random) {
        StringBuilder spelled = new StringBuilder();
        for (char c : value.toCharArray()) {
            boolean plain = Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0;
            boolean short1 = c == '"' || c == '\\' || c == '/';
            int how = plain ? 0 : random.nextInt(3);
            if (how == 1 || how == 0 && (c == '"' || c == '\\')) {
                spelled.append(random.nextBoolean() ? "\\u%04x".formatted((int) c) : "\\u%04X".formatted((int) c));
            } else if (how == 2 && short1) {
                spelled.append('\\').append(c);
            } else if (c == '"' || c == '\\') {
                spelled.append('\\').append(c);
            } else {
                spelled.append(c);
            }
        }
        return spelled.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {KEY, "abababababab", "a+b/c=d\"e", "aaaaaaaa", "++++++++", "sek", "x/y"})
    void givesTheSameBytesWhereverAnAnswerIsCut(String value) {
        Random random = new Random(7);
        for (int round = 0; round < 400; round++) {
            StringBuilder text = new StringBuilder();
            while (text.length() < 60) {
                String whole = spelled(value, random);
                switch (random.nextInt(6)) {
                    case 0 -> text.append("Bearer ").append(whole);
                    case 1 -> text.append(whole);
                    case 2 -> text.append(whole, 0, random.nextInt(whole.length() + 1));
                    case 3 -> text.append("Bearer ", 0, random.nextInt(8));
                    case 4 -> text.append("\\u00");
                    default -> text.append("ab+/\"\\ x".charAt(random.nextInt(8)));
                }
            }
            String whole = masked(value, text.toString());
            assertThat(whole).hasSameSizeAs(text).isEqualTo(bySimplerMeans(value, text.toString()));
            for (int cut = 0; cut <= text.length(); cut++) {
                assertThat(String.join("", passed(value, text.substring(0, cut), text.substring(cut))))
                        .as("%s cut at %s", text, cut)
                        .isEqualTo(whole);
            }
            assertThat(String.join("", passed(value, text.toString().split("(?<=.)"))))
                    .as("%s byte by byte", text)
                    .isEqualTo(whole);
        }
    }

    /** The first place at which all characters can be read, then on behind it. */
    private static String bySimplerMeans(String value, String text) {
        String sought = value.length() < 8 ? "Bearer " + value : value;
        StringBuilder expression = new StringBuilder();
        for (char c : sought.toCharArray()) {
            if (Character.isLetterOrDigit(c) || "-._~ ".indexOf(c) >= 0) {
                expression.append("[").append(c).append("]");
            } else {
                expression.append("(?:").append(c == '\\' ? "\\\\\\\\" : "\\\\?[" + c + "]");
                if (c != '\\' && c != '"' && c != '/') {
                    expression.setLength(expression.length() - ("\\\\?[" + c + "]").length());
                    expression.append("[").append(c).append("]");
                }
                expression.append("|\\\\u(?i:%04x))".formatted((int) c));
            }
        }
        return java.util.regex.Pattern.compile(expression.toString())
                .matcher(text)
                .replaceAll(found -> {
                    int shown = value.length() < 8 ? "Bearer ".length() : 0;
                    String all = found.group();
                    return all.substring(0, shown) + "*".repeat(all.length() - shown);
                });
    }

    @Test
    void keepsBackOnlyAnEndThatMayBecomeTheCredential() {
        assertThat(passed(KEY, "{\"a\":\"", "sk-pro", "blem\"}")).containsExactly("{\"a\":\"", "", "sk-problem\"}", "");
        assertThat(passed(KEY, "sk-proj-9f8e7d6c5b4", "a")).containsExactly("", "********************", "");
        assertThat(passed(KEY, "data: {\"a\":\"sk-p\"}\n\n", "data: [DONE]\n\n"))
                .containsExactly("data: {\"a\":\"sk-p\"}\n\n", "data: [DONE]\n\n", "");
        assertThat(passed(KEY, "the end is sk-")).containsExactly("the end is ", "sk-");
        assertThat(passed(KEY, "0sk-sk-proj-9")).containsExactly("0sk-", "sk-proj-9");
    }

    @ParameterizedTest
    @CsvSource({
        "EMPTY,The answer is EMPTY,The answer is EMPTY",
        "sek,a second Bearer sek and sek,a second Bearer *** and sek",
        "1234567,Bearer 1234567,Bearer *******",
        "12345678,is 12345678 here,is ******** here"
    })
    void takesAShortOneForAWordUnlessItFollowsItsScheme(String value, String text, String masked) {
        assertThat(masked(value, text)).isEqualTo(masked);
    }

    @Test
    void isNoneWhereThereIsNone() {
        assertThat(Credential.of(null)).isNull();
        assertThat(Credential.of("")).isNull();
        assertThat(credential(KEY)).asString().doesNotContain(KEY);
        assertThat(credential(KEY).value().getBytes(StandardCharsets.US_ASCII)).hasSize(KEY.length());
    }
}
