package io.souk.billing;

import io.souk.kernel.Money;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Credit that was given to an organisation.
 *
 * @param reason in the words of who gave it; the organisation reads them
 * @param left what is not spent and, once it has expired, not taken back
 * @param expiresAt when it stops paying for calls; null for never
 */
public record PromotionView(
        UUID id,
        Money granted,
        Money left,
        String reason,
        Instant grantedAt,
        @Nullable Instant expiresAt) {}
