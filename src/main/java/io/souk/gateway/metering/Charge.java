package io.souk.gateway.metering;

import io.souk.kernel.CallReason;
import io.souk.kernel.PriceList;
import io.souk.kernel.TokenClass;
import io.souk.kernel.TokenCounts;

/**
 * What a call costs and what of it the customer pays.
 *
 * @param counts what is charged for, the request itself included
 * @param costPicos exact, in 1e-12 of the currency
 * @param chargeNanos what the customer pays: the cost rounded once, half up, and never more than was held
 * @param absorbedNanos what is above the hold, which the house bears
 */
public record Charge(TokenCounts counts, long costPicos, long chargeNanos, long absorbedNanos) {
    private static final Charge NOTHING = new Charge(TokenCounts.NONE, 0, 0, 0);

    /**
     * Rates a call that ended.
     *
     * @param heldNanos what was put aside for it
     */
    public static Charge of(TokenCounts counts, CallReason reason, PriceList prices, long heldNanos) {
        if (!isCharged(reason)) {
            return NOTHING;
        }
        TokenCounts charged = chargeable(counts);
        try {
            long picos = prices.picos(charged);
            long nanos = PriceList.roundToNanos(picos);
            return new Charge(charged, picos, Math.min(nanos, heldNanos), Math.max(0, nanos - heldNanos));
        } catch (ArithmeticException beyondEveryBound) {
            return new Charge(charged, Long.MAX_VALUE, heldNanos, 0);
        }
    }

    /** A call that used anything is one request; one that used nothing is none. */
    public static TokenCounts chargeable(TokenCounts counts) {
        return counts.isNone() ? counts : counts.with(TokenClass.REQUEST, 1);
    }

    private static boolean isCharged(CallReason reason) {
        return switch (reason) {
            case COMPLETED, UPSTREAM_BROKEN, CANCELLED, CREDIT_EXHAUSTED, INTERRUPTED -> true;
            case UPSTREAM_ERROR, INTERNAL_ERROR -> false;
        };
    }
}
