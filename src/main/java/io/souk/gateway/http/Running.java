package io.souk.gateway.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How many calls run, and whether more may begin. */
final class Running {
    /** What became of a wish to begin. */
    enum Entry {
        /** Counted in; {@link #end} when it is over. */
        IN,
        /** The gateway stops. */
        STOPPING,
        /** As many run as may. */
        FULL,
        /** The event loop is behind with its work. */
        BEHIND
    }

    private final int most;
    private int count;
    private long shedFull;
    private long shedBehind;
    private boolean stopping;

    /** @param most calls that may run at once */
    Running(int most) {
        this.most = most;
    }

    /** Counts one more in, if it may. @param behind whether the event loop of the call is behind with its work */
    synchronized Entry begin(boolean behind) {
        if (stopping) {
            return Entry.STOPPING;
        }
        if (behind) {
            shedBehind++;
            return Entry.BEHIND;
        }
        if (count >= most) {
            shedFull++;
            return Entry.FULL;
        }
        count++;
        return Entry.IN;
    }

    synchronized void end() {
        count--;
        notifyAll();
    }

    synchronized int count() {
        return count;
    }

    /** How many were turned away because as many ran as may, and because an event loop was behind. */
    synchronized GatewayServer.Shed shed() {
        return new GatewayServer.Shed(shedFull, shedBehind);
    }

    synchronized boolean isStopping() {
        return stopping;
    }

    synchronized void stop() {
        stopping = true;
    }

    /** Waits until none runs. @return false if some still did when the time was over */
    synchronized boolean awaitNone(Duration limit) {
        long until = System.nanoTime() + limit.toNanos();
        while (count > 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            try {
                wait(left);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
