package io.souk.gateway.relay;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads no faster from a backend than its caller takes, and nothing at all while something waits to be held for. */
final class Flow {
    private final Caller caller;
    private boolean full;
    private long fullSince;

    Flow(Caller caller) {
        this.caller = caller;
    }

    /**
     * Stops reading, or reads on.
     *
     * @param withholds whether something that was read must not be passed on yet
     * @param drained runs when a caller that was slow takes more
     */
    void settle(@Nullable Upstream from, boolean withholds, Runnable drained) {
        if (!full && caller.isFull()) {
            full = true;
            fullSince = System.nanoTime();
            caller.whenDrained(() -> {
                full = false;
                drained.run();
            });
        }
        if (from == null) {
            return;
        }
        boolean waits = full || withholds;
        if (waits && !from.isPaused()) {
            from.pause();
        } else if (!waits && from.isPaused()) {
            from.resume();
        }
    }

    /** Whether the caller has taken nothing for so long. @param now {@link System#nanoTime()} */
    boolean isStalled(long now, Duration limit) {
        return full && now - fullSince > limit.toNanos();
    }
}
