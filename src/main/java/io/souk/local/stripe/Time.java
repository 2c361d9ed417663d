package io.souk.local.stripe;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * The local Stripe's time: the machine's, moved forward by what it was told to advance. While something that was due
 * earlier is made up for, the time is that earlier instant; a customer on a test clock lives at its frozen time.
 */
final class Time {
    private static final ScopedValue<Long> AT = ScopedValue.newInstance();

    private final InstantSource machine;
    private final Store store;
    private volatile long offset;

    Time(InstantSource machine, Store store) {
        this.machine = machine;
        this.store = store;
        this.offset = store.setting("clock_offset").map(Long::parseLong).orElse(0L);
    }

    /** Seconds since 1970, as every timestamp of Stripe. */
    long now() {
        return AT.isBound() ? AT.get() : global();
    }

    /** The same without regard to a test clock or to what is being made up for. */
    long global() {
        return machine.instant().getEpochSecond() + offset;
    }

    long globalMillis() {
        return machine.instant().toEpochMilli() + offset * 1_000;
    }

    /** The machine's own time, for what must not age when the clock is moved, such as idempotency keys. */
    long machineSeconds() {
        return machine.instant().getEpochSecond();
    }

    Instant instant() {
        return machine.instant().plusSeconds(offset);
    }

    <T> T at(long seconds, Supplier<T> work) {
        return ScopedValue.where(AT, seconds).call(work::get);
    }

    /** Moves the clock forward so that it shows at least {@code seconds}; it never goes back. */
    void moveTo(long seconds) {
        long behind = seconds - global();
        if (behind > 0) {
            long moved = offset + behind;
            store.setting("clock_offset", Long.toString(moved));
            offset = moved;
        }
    }
}
