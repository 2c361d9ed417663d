package io.souk.models.inference;

import java.util.List;

/**
 * The vectors of a request, in the order of its inputs.
 *
 * @param vectors each {@value MiniLm#DIMENSIONS} numbers, of length one
 * @param tokens how many tokens the model read for them, by the rule of {@link Windows}
 */
public record Embeddings(List<float[]> vectors, int tokens) {
    /** The most tokens that one request may have, over all its inputs. */
    public static final int MAX_REQUEST_TOKENS = 65_536;

    /** The most inputs that one request may have. */
    public static final int MAX_INPUTS = 2_048;

    /** What is to be embedded: a text, or word pieces that the caller cut with the model's own tokenizer. */
    public sealed interface Input {
        record Text(String text) implements Input {}

        /** Ids at least 0 and below {@value MiniLm#VOCABULARY}; [CLS] and [SEP] at the ends are added by the model. */
        @SuppressWarnings("ArrayRecordComponent")
        record Ids(int[] ids) implements Input {}
    }
}
