package io.souk.gateway.limits;

import io.souk.gateway.relay.RateStanding;
import io.souk.gateway.snapshot.Snapshot;
import java.time.Duration;

/** What became of an attempt to count a call against its limits: all of them, or none. */
public sealed interface Taking {
    /** Counted; the ticket must be closed or cancelled. */
    record Taken(Ticket ticket) implements Taking {}

    /**
     * A limit is reached; nothing is counted.
     *
     * @param limit which
     * @param measure what of it
     * @param asked how much the call needs
     * @param left how much the limit still has
     * @param retryAfter when it has enough again; zero if the call needs more than the limit ever gives
     */
    record Refused(
            Snapshot.Limit limit, Measure measure, long asked, long left, Duration retryAfter, RateStanding standing)
            implements Taking {}
}
