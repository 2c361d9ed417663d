package io.souk.access;

import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A budget and how far it is used.
 *
 * @param hard whether calls are refused at its end; otherwise people are told
 * @param amountNanos in 1e-9 of the currency, above zero
 * @param spentNanos what was charged in the present window
 * @param resetsAt when the next window begins; null for never
 */
public record BudgetView(
        UUID id,
        BudgetPeriod period,
        boolean hard,
        long amountNanos,
        String currency,
        long spentNanos,
        @Nullable Instant resetsAt) {
    /** How much of it is spent, rounded down; above 100 where more was spent than it says. */
    public int percent() {
        return BigInteger.valueOf(spentNanos)
                .multiply(BigInteger.valueOf(100))
                .divide(BigInteger.valueOf(amountNanos))
                .min(BigInteger.valueOf(Integer.MAX_VALUE))
                .intValue();
    }
}
