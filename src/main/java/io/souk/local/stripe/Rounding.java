package io.souk.local.stripe;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Stripe rounds once for each line, half up, to whole cents. */
final class Rounding {
    private Rounding() {}

    /** {@code quantity} units at {@code unit} cents each, in whole cents. */
    static long cents(BigDecimal quantity, BigDecimal unit) {
        return quantity.multiply(unit).setScale(0, RoundingMode.HALF_UP).longValueExact();
    }
}
