package io.souk.gateway.journal;

import io.souk.kernel.CountSource;

/**
 * What an interrupted call costs.
 *
 * @param cost exact, before rounding
 * @param chargeNanos what the customer pays, in 1e-9 units of the currency
 * @param absorbedNanos what the house pays
 * @param source where the checkpoint's counts came from
 */
public record InterruptedCharge(PicoAmount cost, long chargeNanos, long absorbedNanos, CountSource source) {
    /** For a call of which the caller received nothing. */
    public static final InterruptedCharge NOTHING = new InterruptedCharge(PicoAmount.ZERO, 0, 0, CountSource.NONE);

    /** Prices a call whose gateway died. Must give the same for the same call, today and after the next crash. */
    public interface Rating {
        /** Never more than the call held. A call without a checkpoint costs nothing. */
        InterruptedCharge of(OpenCall call);
    }
}
