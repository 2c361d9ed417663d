package io.souk.gateway.http;

import java.time.Duration;

/** How late an event loop is with a tick that it is to make at even times: what everything else on it waits as well. */
final class LoopLag {
    private final long every;
    private final long most;
    private long tickedAt;
    private int late;
    private volatile long nanos;

    /** @param most what a tick may be late; @param now {@link System#nanoTime()} */
    LoopLag(Duration every, Duration most, long now) {
        this.every = every.toNanos();
        this.most = most.toNanos();
        this.tickedAt = now;
    }

    /** On the loop itself. */
    void tick(long now) {
        long by = Math.max(0, now - tickedAt - every);
        tickedAt = now;
        nanos = by;
        late = by > most ? late + 1 : 0;
    }

    /** How late the last tick was; for any thread. */
    long nanos() {
        return nanos;
    }

    /** Whether the loop is behind for longer than one pause, as a garbage collector's, explains. On the loop itself. */
    boolean isBehind() {
        return late > 1;
    }
}
