package io.souk.gateway.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How many calls run, and whether more may begin. */
final class Running {
    private int count;
    private boolean stopping;

    /** Counts one more in, unless the gateway stops. */
    synchronized boolean begin() {
        if (stopping) {
            return false;
        }
        count++;
        return true;
    }

    synchronized void end() {
        count--;
        notifyAll();
    }

    synchronized int count() {
        return count;
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
