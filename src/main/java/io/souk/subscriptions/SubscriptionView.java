package io.souk.subscriptions;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A subscription of one organisation.
 *
 * @param endedAt null while it is active
 */
public record SubscriptionView(
        UUID id,
        UUID offerId,
        Instant subscribedAt,
        @Nullable Instant endedAt) {
    public boolean isActive() {
        return endedAt == null;
    }
}
