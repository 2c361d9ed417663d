package io.souk.kernel;

import java.util.EnumMap;
import java.util.Map;

/**
 * What each {@link TokenClass} costs, and the arithmetic of a charge. A price is in micro-units of currency per million,
 * so a count times a price is exact in pico-units (1e-12); the sum is rounded once, half up, to nano-units.
 *
 * <p>A class without a price of its own is charged as the class it is a kind of: cache, audio and image tokens as
 * input, reasoning as output. Requests and seconds without a price are free.
 */
public final class PriceList {
    private static final long PICOS_PER_NANO = 1_000L;

    private final String currency;
    private final long[] microsPerMillion;
    private final long dearestInput;
    private final long dearestOutput;

    /**
     * @param currency ISO 4217 code
     * @param microsPerMillion micro-units per million of the class, none negative
     */
    public PriceList(String currency, Map<TokenClass, Long> microsPerMillion) {
        this.currency = currency;
        this.microsPerMillion = new long[TokenClass.values().length];
        for (TokenClass tokenClass : TokenClass.values()) {
            long price = effective(tokenClass, microsPerMillion);
            if (price < 0) {
                throw new IllegalArgumentException("the price of " + tokenClass.label() + " is negative: " + price);
            }
            this.microsPerMillion[tokenClass.code()] = price;
        }
        long input = 0;
        for (TokenClass tokenClass : TokenClass.values()) {
            if (base(tokenClass) == TokenClass.INPUT) {
                input = Math.max(input, of(tokenClass));
            }
        }
        dearestInput = input;
        dearestOutput = Math.max(of(TokenClass.OUTPUT), of(TokenClass.REASONING));
    }

    private static long effective(TokenClass tokenClass, Map<TokenClass, Long> given) {
        Long own = given.get(tokenClass);
        return own != null ? own : given.getOrDefault(base(tokenClass), 0L);
    }

    private static TokenClass base(TokenClass tokenClass) {
        return switch (tokenClass) {
            case INPUT, CACHE_READ, CACHE_WRITE_5M, CACHE_WRITE_1H, AUDIO, IMAGE -> TokenClass.INPUT;
            case OUTPUT, REASONING -> TokenClass.OUTPUT;
            case REQUEST -> TokenClass.REQUEST;
            case SECOND -> TokenClass.SECOND;
        };
    }

    public String currency() {
        return currency;
    }

    /** Micro-units of currency per million of this class, after the fall-back. */
    public long of(TokenClass tokenClass) {
        return microsPerMillion[tokenClass.code()];
    }

    /** Every class with the price that applies to it. */
    public Map<TokenClass, Long> toMap() {
        Map<TokenClass, Long> prices = new EnumMap<>(TokenClass.class);
        for (TokenClass tokenClass : TokenClass.values()) {
            prices.put(tokenClass, of(tokenClass));
        }
        return prices;
    }

    /**
     * The exact cost in pico-units of currency.
     *
     * @throws ArithmeticException if it does not fit a {@code long} (above nine million units for one call)
     */
    public long picos(TokenCounts counts) {
        long sum = 0;
        for (TokenClass tokenClass : TokenClass.values()) {
            sum = Math.addExact(sum, Math.multiplyExact(counts.get(tokenClass), of(tokenClass)));
        }
        return sum;
    }

    /** Pico-units rounded half up to nano-units: the one rounding of a call. */
    public static long roundToNanos(long picos) {
        return Math.addExact(picos, PICOS_PER_NANO / 2) / PICOS_PER_NANO;
    }

    /**
     * The most that so much output can cost, in nano-units, rounded up.
     *
     * @throws ArithmeticException if it does not fit a {@code long}
     */
    public long outputNanos(long tokens) {
        return Math.ceilDiv(Math.multiplyExact(tokens, dearestOutput), PICOS_PER_NANO);
    }

    /** How much output is covered by so many nano-units at least; {@link Long#MAX_VALUE} where output is free. */
    public long outputTokens(long nanos) {
        return dearestOutput == 0 ? Long.MAX_VALUE : Math.multiplyExact(nanos, PICOS_PER_NANO) / dearestOutput;
    }

    /**
     * The most that a call can cost, in nano-units, rounded up: one request, that much input at the dearest kind of
     * input, that much output at the dearest kind of output.
     *
     * @throws ArithmeticException if it does not fit a {@code long}
     */
    public long worstCaseNanos(long inputTokens, long outputTokens) {
        long picos = Math.addExact(
                of(TokenClass.REQUEST),
                Math.addExact(
                        Math.multiplyExact(inputTokens, dearestInput),
                        Math.multiplyExact(outputTokens, dearestOutput)));
        return Math.addExact(picos, PICOS_PER_NANO - 1) / PICOS_PER_NANO;
    }
}
