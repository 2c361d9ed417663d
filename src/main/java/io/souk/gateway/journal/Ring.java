package io.souk.gateway.journal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of many producers and one consumer that never locks. A producer claims a slot by moving the tail, then
 * publishes its record there; the consumer waits for the record at the head and gives the slot back by moving the head.
 * Closing sets the tail's sign bit, so that no claim can slip in after the consumer has seen the last one.
 */
final class Ring {
    private static final long CLOSED = Long.MIN_VALUE;

    private final int mask;
    private final AtomicReferenceArray<@Nullable JournalRecord> records;
    private final @Nullable JournalRecord[] following;
    private final @Nullable Ack[] acks;
    private final AtomicLong tail = new AtomicLong();
    private final AtomicLong head = new AtomicLong();
    private volatile @Nullable Thread sleeper;

    Ring(int capacity) {
        this.mask = capacity - 1;
        this.records = new AtomicReferenceArray<>(capacity);
        this.following = new @Nullable JournalRecord[capacity];
        this.acks = new @Nullable Ack[capacity];
    }

    int capacity() {
        return mask + 1;
    }

    /**
     * Queues the record unless {@code limit} are waiting already or the ring is closed. {@link #wake} is to follow.
     *
     * @param next a record that goes with it, in the same slot
     */
    boolean offer(JournalRecord record, @Nullable JournalRecord next, Ack ack, int limit) {
        long claimed;
        do {
            claimed = tail.get();
            if (claimed < 0 || claimed - head.get() >= limit) {
                return false;
            }
        } while (!tail.compareAndSet(claimed, claimed + 1));
        int slot = (int) claimed & mask;
        acks[slot] = ack;
        following[slot] = next;
        records.set(slot, record);
        return true;
    }

    /** Wakes the consumer if it sleeps and there is something for it. */
    void wake() {
        Thread asleep = sleeper;
        if (asleep != null && peek() != null) {
            // whoever wakes it first spares the others the system call
            sleeper = null;
            LockSupport.unpark(asleep);
        }
    }

    boolean isClosed() {
        return tail.get() < 0;
    }

    void close() {
        tail.getAndUpdate(at -> at | CLOSED);
        LockSupport.unpark(sleeper);
    }

    /** The record at the head, or null when none is published. */
    @Nullable
    JournalRecord peek() {
        return records.get((int) head.get() & mask);
    }

    /** The record that goes with the one that {@link #peek} showed, or null. */
    @Nullable
    JournalRecord peekFollowing() {
        return following[(int) head.get() & mask];
    }

    /** Takes the record that {@link #peek} showed and gives back its ack. */
    Ack take() {
        long at = head.get();
        int slot = (int) at & mask;
        Ack ack = acks[slot];
        if (ack == null) {
            throw new IllegalStateException("nothing is published at the ring's head");
        }
        acks[slot] = null;
        following[slot] = null;
        records.set(slot, null);
        head.set(at + 1);
        return ack;
    }

    /** Records claimed and not yet taken. */
    long size() {
        return Math.max(0, (tail.get() & ~CLOSED) - head.get());
    }

    /** Puts the consumer to sleep until a record or {@code nanos} have passed; may return early. */
    void await(long nanos) {
        sleeper = Thread.currentThread();
        // a record published before the line above found no sleeper to wake
        if (peek() == null && !(isClosed() && size() == 0)) {
            LockSupport.parkNanos(this, nanos);
        }
        sleeper = null;
    }
}
