package io.souk.usage;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which calls a report is about.
 *
 * @param from the first day, UTC
 * @param to the last day, UTC, not before {@code from}
 * @param offer only calls to this offer, null for all
 * @param key only calls with this key, null for all
 * @param project only calls of this project, null for all
 * @param reason only calls that ended so, a {@code CallReason}'s label, null for all; roll-ups do not know it
 */
public record UsageQuery(
        LocalDate from,
        LocalDate to,
        @Nullable UUID offer,
        @Nullable UUID key,
        @Nullable UUID project,
        @Nullable String reason) {
    public UsageQuery {
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("the last day " + to + " is before the first, " + from);
        }
    }

    /** All calls of these days. */
    public static UsageQuery days(LocalDate from, LocalDate to) {
        return new UsageQuery(from, to, null, null, null, null);
    }

    Instant start() {
        return from.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    Instant end() {
        return to.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
