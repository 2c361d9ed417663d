package io.souk.billing;

import io.souk.kernel.Money;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An order for credit.
 *
 * @param amountMinor in the currency's minor unit
 * @param problem what went wrong last, for people; null if nothing did
 * @param checkoutUrl where it can be paid; null unless it still can
 */
public record TopUpView(
        UUID id,
        long amountMinor,
        String currency,
        State state,
        @Nullable String problem,
        @Nullable String checkoutSessionId,
        @Nullable String checkoutUrl,
        @Nullable String paymentIntentId,
        Instant requestedAt,
        @Nullable Instant endedAt) {
    public enum State {
        REQUESTED,
        OPEN,
        PAID,
        CANCELLED,
        EXPIRED,
        FAILED;

        public boolean isOver() {
            return this != REQUESTED && this != OPEN;
        }
    }

    public Money amount() {
        return Money.ofMinor(amountMinor, currency);
    }
}
