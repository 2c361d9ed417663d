package io.souk.kernel;

import java.math.BigDecimal;

/**
 * An amount in nano-units (1e-9) of a currency. One nano-dollar is the smallest thing that Souk books; a
 * {@code long} of them covers plus or minus 9.2 thousand million units.
 *
 * @param nanos amount in 1e-9 of the currency's unit, any sign
 * @param currency ISO 4217 code, three capital letters
 */
public record Money(long nanos, String currency) implements Comparable<Money> {
    public static final long NANOS_PER_UNIT = 1_000_000_000L;

    public Money {
        if (currency.length() != 3) {
            throw new IllegalArgumentException("a currency is three letters (ISO 4217), not \"" + currency + "\"");
        }
    }

    public static Money zero(String currency) {
        return new Money(0, currency);
    }

    /**
     * An amount given in the currency's minor unit, as Stripe counts it.
     *
     * @param minor cents for a currency with two decimals
     * @throws ArithmeticException on overflow
     */
    public static Money ofMinor(long minor, String currency) {
        return new Money(Math.multiplyExact(minor, nanosPerMinor(currency)), currency);
    }

    /** How many nano-units one minor unit is: 10,000,000 where there are cents, 1,000,000,000 for yen. */
    public static long nanosPerMinor(String currency) {
        long nanos = NANOS_PER_UNIT;
        for (int digit = java.util.Currency.getInstance(currency).getDefaultFractionDigits(); digit > 0; digit--) {
            nanos /= 10;
        }
        return nanos;
    }

    /** @throws ArithmeticException on overflow; @throws IllegalArgumentException if the currencies differ */
    public Money plus(Money other) {
        return new Money(Math.addExact(nanos, same(other).nanos), currency);
    }

    /** @throws ArithmeticException on overflow; @throws IllegalArgumentException if the currencies differ */
    public Money minus(Money other) {
        return new Money(Math.subtractExact(nanos, same(other).nanos), currency);
    }

    public boolean isNegative() {
        return nanos < 0;
    }

    public boolean isZero() {
        return nanos == 0;
    }

    /** The exact amount in units of the currency, without trailing zeros. */
    public BigDecimal toDecimal() {
        return BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
    }

    @Override
    public int compareTo(Money other) {
        return Long.compare(nanos, same(other).nanos);
    }

    private Money same(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException(
                    "amounts in " + currency + " and " + other.currency + " cannot be put together");
        }
        return other;
    }

    @Override
    public String toString() {
        return toDecimal().toPlainString() + " " + currency;
    }
}
