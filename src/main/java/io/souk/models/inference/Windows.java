package io.souk.models.inference;

/**
 * The rule by which a text longer than the model's window is read, and by which tokens are counted.
 *
 * <p>The model reads at most {@value #SIZE} tokens at once, two of which are its own marks ([CLS] and [SEP]). A text of
 * {@code n} word pieces is cut after every {@value #PIECES} pieces, without overlap, so the model reads
 * {@code n + 2 * ceil(n / 254)} tokens, and this is the number that is charged. A text above {@value #MAX_TOKENS} such
 * tokens is refused whole; nothing is cut off in silence.
 */
public final class Windows {
    public static final int SIZE = 256;
    public static final int PIECES = SIZE - 2;
    public static final int MAX_TOKENS = 8_192;

    private Windows() {}

    /** How many windows a text of so many word pieces takes: one even when it is empty. */
    public static int count(int pieces) {
        return Math.max(1, Math.ceilDiv(pieces, PIECES));
    }

    /** How many tokens the model reads for a text of so many word pieces. */
    public static int tokens(int pieces) {
        return pieces + 2 * count(pieces);
    }

    /** Refuses a text that is too long, or has nothing in it that the model could read. */
    static void requireFits(int pieces, String what) {
        if (pieces == 0) {
            throw new InputRefused(
                    "empty_input", what + " is empty: it has no word that the model could read. Send some text.");
        }
        if (tokens(pieces) > MAX_TOKENS) {
            throw new InputRefused(
                    "context_length_exceeded",
                    what + " has " + tokens(pieces) + " tokens and the model takes at most " + MAX_TOKENS
                            + ". Nothing was processed; send the text in parts.");
        }
    }
}
