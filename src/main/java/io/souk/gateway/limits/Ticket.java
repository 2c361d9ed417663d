package io.souk.gateway.limits;

import io.souk.gateway.limits.Meter.Draw;
import io.souk.gateway.relay.RateStanding;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What one call counts for in its limits, until its end. Closing or cancelling it twice does nothing more. */
public final class Ticket {
    /** For a call under no limit. */
    public static final Ticket FREE = new Ticket(null, List.of(), List.of(), false, RateStanding.NONE);

    private final @Nullable RateLimits limits;
    private final List<Slots.Id> slots;
    private final List<Draw> draws;
    private final boolean shared;
    private final RateStanding standing;
    private final AtomicBoolean ended = new AtomicBoolean();

    Ticket(@Nullable RateLimits limits, List<Slots.Id> slots, List<Draw> draws, boolean shared, RateStanding standing) {
        this.limits = limits;
        this.slots = slots;
        this.draws = draws;
        this.shared = shared;
        this.standing = standing;
    }

    /** Where the limits stood when this call had been counted. */
    public RateStanding standing() {
        return standing;
    }

    /** The call has ended: its place is free, and its tokens are what they were and no longer an estimate. */
    public void close(long tokens) {
        RateLimits from = limits;
        if (from != null && ended.compareAndSet(false, true)) {
            from.leave(slots);
            for (Draw draw : draws) {
                if (draw.measure() == Measure.TOKENS) {
                    from.correct(draw, shared, draw.amount() - tokens);
                }
            }
        }
    }

    /** The call was not made: it counts for nothing. */
    public void cancel() {
        RateLimits from = limits;
        if (from != null && ended.compareAndSet(false, true)) {
            from.leave(slots);
            for (Draw draw : draws) {
                from.correct(draw, shared, draw.amount());
            }
        }
    }
}
