package io.souk.platform;

import io.souk.kernel.Money;
import java.math.BigDecimal;

/**
 * Money as the management API writes it: an exact decimal in a string, for JSON's numbers are read as floating point by
 * many programs.
 *
 * @param amount units of the currency, as {@code 0.000042}
 * @param currency ISO 4217 code
 */
public record Amount(String amount, String currency) {
    public static Amount of(Money money) {
        return of(BigDecimal.valueOf(money.nanos(), 9), money.currency());
    }

    /** @param nanos 1e-9 of the currency's unit */
    public static Amount ofNanos(long nanos, String currency) {
        return of(BigDecimal.valueOf(nanos, 9), currency);
    }

    /** Without zeros at its end. @param units of the currency */
    public static Amount of(BigDecimal units, String currency) {
        return new Amount(units.signum() == 0 ? "0" : units.stripTrailingZeros().toPlainString(), currency);
    }
}
