package io.souk.models.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The stored counts were made by the Python package "tokenizers" from the tokenizer file of the original model, not from
 * the one that this program carries; the counts of windows by the stated rule, in Python.
 */
class TokenCountTests {
    private static MiniLm model;
    private static JsonNode reference;

    @BeforeAll
    static void load() throws IOException {
        model = MiniLm.load();
        try (var file = TokenCountTests.class.getResourceAsStream("/models/token-counts.json")) {
            reference = JsonMapper.shared().readTree(file);
        }
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void cutsTextAsTheReferenceTokenizerDoes() {
        assertThat(reference).hasSizeGreaterThan(60);
        for (var entry : reference) {
            var text = entry.get("text").stringValue();
            var pieces = model.pieces(text);
            assertThat(pieces).as(text).hasSize(entry.get("pieces").intValue());
            assertThat(model.count(text)).as(text).isEqualTo(pieces.length);
            assertThat(Arrays.copyOf(pieces, Math.min(12, pieces.length)))
                    .as(text)
                    .isEqualTo(entry.get("first")
                            .valueStream()
                            .mapToInt(JsonNode::intValue)
                            .toArray());
        }
    }

    @Test
    void countsTheMarksOfEveryWindow() {
        for (var entry : reference) {
            assertThat(Windows.tokens(entry.get("pieces").intValue()))
                    .isEqualTo(entry.get("tokens").intValue());
        }
    }
}
