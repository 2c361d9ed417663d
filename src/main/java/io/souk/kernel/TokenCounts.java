package io.souk.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How much of each {@link TokenClass} a call used. Immutable; a count is never negative, and a sum that does not fit a
 * {@code long} is an {@link ArithmeticException}, never a wrapped number.
 */
public final class TokenCounts {
    /** Nothing of any class. */
    public static final TokenCounts NONE = new TokenCounts(new long[TokenClass.values().length]);

    private static final TokenClass[] CLASSES = TokenClass.values();

    private final long[] counts;

    private TokenCounts(long[] counts) {
        this.counts = counts;
    }

    /** That much of one class and nothing of the others. */
    public static TokenCounts of(TokenClass tokenClass, long count) {
        return NONE.with(tokenClass, count);
    }

    /** The usual case: that much input and output. */
    public static TokenCounts of(long input, long output) {
        return NONE.with(TokenClass.INPUT, input).with(TokenClass.OUTPUT, output);
    }

    /** The count of one class, zero when there was none. */
    public long get(TokenClass tokenClass) {
        return counts[tokenClass.code()];
    }

    /** The same counts with this class set to {@code count}; negative is an {@link IllegalArgumentException}. */
    public TokenCounts with(TokenClass tokenClass, long count) {
        if (count < 0) {
            throw new IllegalArgumentException("a count of " + tokenClass.label() + " is negative: " + count);
        }
        if (get(tokenClass) == count) {
            return this;
        }
        long[] changed = counts.clone();
        changed[tokenClass.code()] = count;
        return new TokenCounts(changed);
    }

    /** Both together, class by class. */
    public TokenCounts plus(TokenCounts other) {
        long[] sum = new long[counts.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = Math.addExact(counts[i], other.counts[i]);
        }
        return new TokenCounts(sum);
    }

    /** Whether every class is zero. */
    public boolean isNone() {
        for (long count : counts) {
            if (count != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TokenCounts that && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    /** The classes that are not zero, as {@code {input=12, output=3}}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (TokenClass tokenClass : CLASSES) {
            if (get(tokenClass) != 0) {
                text.append(text.length() == 1 ? "" : ", ")
                        .append(tokenClass.label())
                        .append('=')
                        .append(get(tokenClass));
            }
        }
        return text.append('}').toString();
    }
}
