package io.souk.browser;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Counts tokens as the cards of the house models say, apart from Souk: with the tokenizer's own library on the model's
 * own file.
 */
final class ReferenceTokens implements AutoCloseable {
    private static final int WINDOW = 254;

    private final HuggingFaceTokenizer tokenizer;

    ReferenceTokens() {
        try (InputStream file = Objects.requireNonNull(
                ReferenceTokens.class.getResourceAsStream("/all-minilm-l6-v2-q-tokenizer.json"))) {
            tokenizer = HuggingFaceTokenizer.newInstance(file, Map.of("truncation", "false", "padding", "false"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The word pieces of a text, which is what an answer is charged by. */
    long pieces(String text) {
        return tokenizer.encode(text, false, false).getIds().length;
    }

    /** What an embedding of this text is charged by: its word pieces, and two marks for every 254 of them. */
    long embedding(String text) {
        long pieces = pieces(text);
        return pieces + 2 * Math.ceilDiv(pieces, WINDOW);
    }

    /** What a summary of a text of these sentences is charged by as input: each sentence is read by itself. */
    long summary(List<String> sentences) {
        return sentences.stream().mapToLong(this::embedding).sum();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
