package io.souk.gateway;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How far settlement is behind the journal; written by the drain, read by anyone. */
class DrainProgress {
    private final Clock clock;
    private volatile long position;
    private volatile Instant movedAt;
    private volatile Duration last = Duration.ZERO;

    DrainProgress(Clock clock) {
        this.clock = clock;
        this.movedAt = clock.instant();
    }

    /** Everything that was on record a moment ago is settled. */
    void caughtUp(long to) {
        position = to;
        movedAt = clock.instant();
    }

    /** @param endedAt when the last call of the batch ended, null if the batch had none */
    void settled(long to, @Nullable Instant endedAt) {
        Instant now = clock.instant();
        position = to;
        movedAt = now;
        if (endedAt != null) {
            last = Duration.between(endedAt, now);
        }
    }

    /** Up to where the journal is settled, in bytes. */
    long position() {
        return position;
    }

    /** From a call's end to its settlement, lately; while nothing moves, the time since it did. @param backlog bytes that are not settled */
    double lagSeconds(long backlog) {
        Duration still = Duration.between(movedAt, clock.instant());
        Duration lag = backlog > 0 && still.compareTo(last) > 0 ? still : last;
        return Math.max(0, lag.toMillis()) / 1000.0;
    }
}
