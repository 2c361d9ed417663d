package io.souk.usage;

import io.souk.kernel.TenantId;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which calls of all organisations are looked for.
 *
 * @param from the first day, UTC
 * @param to the last day, UTC
 * @param tenants only calls of these; null for all
 * @param offer only calls to this offer, null for all
 * @param backend only calls that this backend answered last, null for all
 * @param reason only calls that ended so, a {@code CallReason}'s label, null for all
 * @param lowestStatus to {@code highestStatus}: only calls whose caller got such an HTTP status
 */
public record CallSearch(
        LocalDate from,
        LocalDate to,
        @Nullable List<TenantId> tenants,
        @Nullable UUID offer,
        @Nullable UUID backend,
        @Nullable String reason,
        int lowestStatus,
        int highestStatus) {}
