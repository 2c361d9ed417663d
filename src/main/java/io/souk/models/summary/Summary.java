package io.souk.models.summary;

import java.util.List;

/**
 * What the summariser answers, with its exact counts.
 *
 * @param sentences the chosen sentences in the order of the text; empty when none fitted
 * @param promptTokens how many tokens the model read, by the rule of {@link io.souk.models.inference.Windows}
 * @param completionTokens how many word pieces the answer has, by the same tokenizer and without marks
 * @param complete false when a limit of tokens kept a chosen sentence out
 * @param tooShort true when the text had too few sentences to choose from; the sentences then say what to send
 */
public record Summary(
        List<String> sentences, int promptTokens, int completionTokens, boolean complete, boolean tooShort) {
    /** The whole answer. */
    public String text() {
        return String.join(" ", sentences);
    }
}
