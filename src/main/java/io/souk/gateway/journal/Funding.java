package io.souk.gateway.journal;

import io.souk.kernel.FundingKind;
import java.util.UUID;

/**
 * How much one counter put aside for a call.
 *
 * @param heldNanos in the counter's unit x 1e-9; never negative
 */
public record Funding(UUID counterId, FundingKind kind, long heldNanos) {
    public Funding {
        if (heldNanos < 0) {
            throw new IllegalArgumentException("counter " + counterId + " would hold a negative amount: " + heldNanos);
        }
    }
}
