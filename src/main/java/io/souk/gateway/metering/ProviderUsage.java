package io.souk.gateway.metering;

import io.souk.kernel.TokenClass;
import io.souk.kernel.TokenCounts;

/**
 * What a provider says a call used, in OpenAI's terms: parts are included in their totals.
 *
 * @param prompt all input, cached and cache-written included
 * @param completion all output, reasoning included
 * @param cached input read from the provider's cache
 * @param cacheWrite input written to the provider's cache
 * @param reasoning output that was thought and not said
 */
public record ProviderUsage(long prompt, long completion, long cached, long cacheWrite, long reasoning) {
    /** No text holds more tokens than bytes, but a backend's chat template adds text of its own. */
    private static final long TEMPLATE = 4096;

    /** The same in disjoint classes; a part larger than its total is cut to it, and nothing is ever negative. */
    public TokenCounts counts() {
        long input = Math.max(0, prompt);
        long read = within(cached, input);
        long written = within(cacheWrite, input - read);
        long output = Math.max(0, completion);
        long thought = within(reasoning, output);
        return TokenCounts.NONE
                .with(TokenClass.INPUT, input - read - written)
                .with(TokenClass.CACHE_READ, read)
                .with(TokenClass.CACHE_WRITE_5M, written)
                .with(TokenClass.OUTPUT, output - thought)
                .with(TokenClass.REASONING, thought);
    }

    private static long within(long part, long total) {
        return Math.clamp(part, 0, total);
    }

    /**
     * Whether the numbers can be true.
     *
     * @param inputBytes bytes of the request's body, {@link Long#MAX_VALUE} where it refers to things outside itself
     * @param answerBytes bytes of the backend's answer so far
     * @param hasText whether the answer held any text
     * @param outputCap the most output that was asked for, over all choices, which is the most that there can be;
     *     zero where there is no output to cap
     */
    public boolean isBelievable(long inputBytes, long answerBytes, boolean hasText, long outputCap) {
        if (prompt < 0 || completion < 0 || cached < 0 || cacheWrite < 0 || reasoning < 0) {
            return false;
        }
        if (hasText && completion == 0 || prompt == 0 && completion == 0) {
            return false;
        }
        long said = completion - Math.min(reasoning, completion);
        boolean inputFits = inputBytes > Long.MAX_VALUE - TEMPLATE || prompt <= inputBytes + TEMPLATE;
        long most = outputCap > 0 ? outputCap : answerBytes;
        return inputFits && said <= answerBytes && completion <= most;
    }
}
