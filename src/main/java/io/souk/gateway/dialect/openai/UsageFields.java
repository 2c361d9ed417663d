package io.souk.gateway.dialect.openai;

import io.souk.gateway.dialect.Bytes;
import io.souk.gateway.metering.ProviderUsage;
import org.jspecify.annotations.Nullable;

/** Collects the numbers of a {@code usage} object as they pass; the last object of an answer is the one that counts. */
final class UsageFields {
    /** The paths, in the order of {@link #number}'s field. */
    static final String[] PATHS = {
        "usage",
        "usage.prompt_tokens",
        "usage.completion_tokens",
        "usage.total_tokens",
        "usage.prompt_tokens_details.cached_tokens",
        "usage.prompt_tokens_details.cache_write_tokens",
        "usage.completion_tokens_details.reasoning_tokens"
    };

    static final int COUNT = 7;

    private static final int PROMPT = 1;
    private static final int COMPLETION = 2;
    private static final int TOTAL = 3;
    private static final int CACHED = 4;
    private static final int CACHE_WRITE = 5;
    private static final int REASONING = 6;
    private static final long ABSENT = Long.MIN_VALUE;

    private final long[] numbers = new long[PATHS.length];
    private @Nullable ProviderUsage usage;

    @Nullable
    ProviderUsage usage() {
        return usage;
    }

    void begin() {
        java.util.Arrays.fill(numbers, ABSENT);
    }

    void number(int field, byte kind, Bytes raw) {
        if (kind == '0') {
            numbers[field] = whole(raw);
        }
    }

    /** The object is complete. */
    void end() {
        if (numbers[PROMPT] == ABSENT && numbers[TOTAL] == ABSENT) {
            return;
        }
        long completion = or(COMPLETION, 0);
        long prompt = or(PROMPT, Math.max(0, numbers[TOTAL]) - completion);
        usage = new ProviderUsage(prompt, completion, or(CACHED, 0), or(CACHE_WRITE, 0), or(REASONING, 0));
    }

    private long or(int field, long other) {
        return numbers[field] == ABSENT ? other : numbers[field];
    }

    /** A fraction, an exponent or twenty digits are no count of tokens: -1, which nobody believes. */
    private static long whole(Bytes raw) {
        boolean digits = raw.length() <= 12;
        long value = 0;
        for (int i = 0; digits && i < raw.length(); i++) {
            int digit = raw.array()[i] - '0';
            digits = digit >= 0 && digit <= 9;
            value = value * 10 + digit;
        }
        return digits ? value : -1;
    }
}
