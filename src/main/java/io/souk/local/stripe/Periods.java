package io.souk.local.stripe;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import tools.jackson.databind.node.ObjectNode;

/**
 * Billing periods: whole intervals counted from an anchor in UTC, so that an anchor on the 31st comes back to the 31st
 * after a shorter month.
 */
record Periods(long anchor, String interval, long count) {
    private static final int MOST = 100_000;

    static Periods of(long anchor, ObjectNode price) {
        return new Periods(
                anchor,
                Json.need(price, "recurring.interval"),
                Math.max(1, Json.number(price, "recurring.interval_count")));
    }

    /** The first boundary after {@code seconds}; the anchor itself is one. */
    long after(long seconds) {
        if (seconds < anchor) {
            return anchor;
        }
        for (int n = 1; n < MOST; n++) {
            long boundary = boundary(n);
            if (boundary > seconds) {
                return boundary;
            }
        }
        throw Refusal.invalid(null, "The billing cycle's anchor is too long ago.", "billing_cycle_anchor");
    }

    /** The last boundary that is not after {@code seconds}. */
    long atOrBefore(long seconds) {
        long found = anchor;
        for (int n = 1; n < MOST && boundary(n) <= seconds; n++) {
            found = boundary(n);
        }
        return found;
    }

    private long boundary(long n) {
        ZonedDateTime start = Instant.ofEpochSecond(anchor).atZone(ZoneOffset.UTC);
        long steps = n * count;
        ZonedDateTime moved = switch (interval) {
            case "day" -> start.plusDays(steps);
            case "week" -> start.plusWeeks(steps);
            case "year" -> start.plusYears(steps);
            default -> start.plusMonths(steps);
        };
        return moved.toEpochSecond();
    }
}
