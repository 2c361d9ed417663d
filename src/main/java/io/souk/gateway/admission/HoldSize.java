package io.souk.gateway.admission;

import io.souk.kernel.PriceList;

/**
 * How much is put aside for a call. An answer in one piece: the full worst case. A stream: the input and a slice of
 * output, and another slice whenever the present one runs out.
 *
 * @param answers how many answers are asked for, at least one
 * @param cap the most output tokens over all answers
 * @param first output tokens over all answers that the first hold covers
 * @param slice output tokens by which a stream's hold grows, at least one
 */
public record HoldSize(PriceList prices, int answers, long cap, long first, long slice) {
    /** Tokens that a chat template adds around the caller's own text, generously. */
    public static final long TEMPLATE_TOKENS = 64;

    /**
     * What a slice is: at least so many tokens, and more where they are cheap.
     *
     * @param nanos what a slice may cost in any case, in 1e-9 of the currency
     */
    public record Slice(int tokens, long nanos) {}

    /**
     * @param outputCap output tokens per answer
     * @param stream whether the hold may grow while the answer comes
     * @throws ArithmeticException beyond every bound
     */
    public static HoldSize of(PriceList prices, int answers, int outputCap, boolean stream, Slice slice) {
        long cap = Math.multiplyExact((long) outputCap, (long) answers);
        long tokens = Math.max(1, Math.max(slice.tokens, prices.outputTokens(slice.nanos)));
        return new HoldSize(prices, answers, cap, stream ? Math.min(tokens, cap) : cap, tokens);
    }

    /**
     * What is held at first, in 1e-9 of the currency.
     *
     * @throws ArithmeticException beyond every bound
     */
    public long nanos(long inputTokens) {
        return prices.worstCaseNanos(Math.multiplyExact(inputTokens, (long) answers), first);
    }

    /** Whether the size of the input matters to the hold. */
    public boolean dependsOnInput() {
        return nanos(1_000_000) > nanos(0);
    }
}
