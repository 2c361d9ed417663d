package io.souk.gateway.journal;

import io.souk.gateway.journal.JournalRecord.Attempt;
import io.souk.gateway.journal.JournalRecord.Checkpoint;
import io.souk.gateway.journal.JournalRecord.Close;
import io.souk.gateway.journal.JournalRecord.Extend;
import io.souk.gateway.journal.JournalRecord.Open;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes a journal.
 *
 * <p>It encodes what the ring holds into {@link #active}, writes that with one call, then acknowledges. A second thread
 * forces the file, so that nobody waits for the device, unless every acknowledgement is to be forced. Records stay in
 * memory until they are forced: {@code inFlight} is being forced, {@code active} has what came since. After a failed
 * write or force both go to a new segment, because what a file holds after a failed force cannot be known.
 */
final class Writer implements Runnable {
    /** Checkpoints that every call can write even when space has run out. */
    static final int PROMISED_CHECKPOINTS = 4;
    /** What an OPEN sets aside. */
    static final int PROMISE = Codec.MAX_CLOSE + PROMISED_CHECKPOINTS * Codec.MAX_CHECKPOINT;

    enum State {
        LIVE,
        MOVING,
        FAILED
    }

    private static final int MOST_BUFFERED = 4 << 20;
    private static final int MOST_ACKS = 4096;
    private static final long FORCE_DEADLINE_SECONDS = 60;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A batch that takes longer than this waits for a device that may never answer. */
    private static final long STALLED_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Ring ring;
    private final Space space;
    private final Codec codec = new Codec();
    private final long forceNanos;
    private final ExecutorService forcer;
    private final Thread thread;
    private final Map<UUID, Promise> promises = new HashMap<>();

    private volatile State state = State.LIVE;
    private volatile long forced;
    private volatile int moves;
    private volatile int openCalls;
    private volatile boolean forceEnded;
    private volatile @Nullable Throwable trouble;
    /** When the present batch began, zero between batches. */
    private volatile long busySince;

    private Buffer active;
    private Buffer other;
    private @Nullable Buffer inFlight;
    private @Nullable Future<?> forcing;
    private long forcingTo;
    private long marked;
    private long oldestUnforced;
    private long promised;

    private final Ack[] acks = new Ack[MOST_ACKS];
    private final long[] positions = new long[MOST_ACKS];
    private final HandOver handOver = new HandOver();
    private int waiting;

    private static final class Promise {
        private int checkpoints = PROMISED_CHECKPOINTS;
    }

    /** Records that are not forced yet. */
    private static final class Buffer {
        private final ByteBuffer bytes;
        private final ByteBuffer view;
        private long base;
        private int written;

        Buffer(int capacity) {
            this.bytes = ByteBuffer.allocateDirect(capacity);
            this.view = bytes.duplicate();
        }

        long end() {
            return base + bytes.position();
        }

        Buffer restart(long at) {
            bytes.clear();
            written = 0;
            base = at;
            return this;
        }

        /** All its records, for reading. */
        ByteBuffer records() {
            return bytes.duplicate().flip();
        }
    }

    Writer(Ring ring, Space space, JournalSettings settings, String name) {
        this.ring = ring;
        this.space = space;
        this.forceNanos = settings.fsyncEvery().toNanos();
        int capacity = (int) Math.min(MOST_BUFFERED, settings.segmentBytes() / 4);
        this.active = new Buffer(capacity);
        this.other = new Buffer(capacity);
        this.forcer = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name(name + "-force").daemon().factory());
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this);
    }

    void start() {
        thread.start();
    }

    State state() {
        return state;
    }

    long forced() {
        return forced;
    }

    int moves() {
        return moves;
    }

    int openCalls() {
        return openCalls;
    }

    @Nullable
    Throwable trouble() {
        return trouble;
    }

    /** Waits until all that was accepted is written, forced and acknowledged; false when that took too long. */
    boolean awaitEnd(long seconds) throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(seconds));
        return !thread.isAlive();
    }

    @Override
    public void run() {
        try {
            while (step()) {
                // each step is one batch, or one sleep
            }
            finish();
        } catch (RuntimeException | Error e) {
            fail(e);
            while (step()) {
                // refuses what still comes
            }
        } finally {
            forcer.shutdown();
        }
    }

    /** Whether the present batch has been under way for more than a second; for any thread. */
    boolean isStalled() {
        long since = busySince;
        return since != 0 && System.nanoTime() - since > STALLED_AFTER_NANOS;
    }

    private boolean step() {
        busySince = System.nanoTime() | 1;
        seeForced(0);
        int taken = 0;
        JournalRecord record;
        while (waiting < MOST_ACKS && (record = ring.peek()) != null) {
            if (state != State.FAILED && active.bytes.remaining() < Codec.MAX_FRAME + Format.MARK_FRAME) {
                break;
            }
            if (taken++ == 0 && state == State.LIVE) {
                mark();
            }
            JournalRecord next = ring.peekFollowing();
            place(record, next, ring.take());
        }
        if (taken == 0 && ring.isClosed() && ring.size() == 0) {
            return false;
        }
        flush();
        boolean full = active.bytes.remaining() < Codec.MAX_FRAME + Format.MARK_FRAME;
        if (full && forcing != null && state != State.FAILED) {
            seeForced(FORCE_DEADLINE_SECONDS);
        }
        long now = System.nanoTime();
        if (state != State.FAILED
                && forcing == null
                && active.written > 0
                && (full || now - oldestUnforced >= forceNanos)) {
            startForcing();
        }
        if (taken == 0 && ring.peek() == null) {
            boolean due = state != State.FAILED && active.written > 0 && forcing == null;
            busySince = 0;
            ring.await(due ? Math.max(1, forceNanos - (now - oldestUnforced)) : IDLE_NANOS);
        }
        return true;
    }

    /** Encodes one record and what goes with it, or refuses it. */
    private void place(JournalRecord record, @Nullable JournalRecord next, Ack ack) {
        if (state == State.FAILED) {
            refuse(ack, Refusal.FAILED);
            return;
        }
        if (record instanceof Open && promises.containsKey(record.callId())) {
            refuse(ack, Refusal.ALREADY_OPEN);
            return;
        }
        int bytes = Codec.frameBytes(record) + (next == null ? 0 : Codec.frameBytes(next));
        boolean taken = switch (record) {
            case Open open -> {
                boolean fits = fits(bytes, promised + PROMISE);
                if (fits) {
                    promised += PROMISE;
                    promises.put(open.callId(), new Promise());
                    openCalls = promises.size();
                }
                yield fits;
            }
            case Attempt _, Extend _ -> fits(bytes, promised);
            case Checkpoint checkpoint -> fits(bytes, promised) || redeem(checkpoint, bytes);
            case Close close -> {
                Promise promise = promises.remove(close.callId());
                if (promise == null) {
                    yield fits(bytes, promised);
                }
                openCalls = promises.size();
                promised -= Codec.MAX_CLOSE + (long) promise.checkpoints * Codec.MAX_CHECKPOINT;
                yield fitsPromised(bytes);
            }
        };
        if (!taken) {
            refuse(ack, state == State.FAILED ? Refusal.FAILED : Refusal.NO_SPACE);
            return;
        }
        positions[waiting] = active.end();
        acks[waiting++] = ack;
        codec.encode(record, active.bytes, active.view);
        if (next != null) {
            codec.encode(next, active.bytes, active.view);
        }
    }

    private boolean redeem(Checkpoint checkpoint, int bytes) {
        Promise promise = promises.get(checkpoint.callId());
        if (promise == null || promise.checkpoints == 0) {
            return false;
        }
        promise.checkpoints--;
        promised -= Codec.MAX_CHECKPOINT;
        return fitsPromised(bytes);
    }

    private boolean fits(int bytes, long promisedAfter) {
        return switch (space.placeFor(bytes, promisedAfter, active.end())) {
            case HERE -> true;
            case NEXT_SEGMENT -> rotate();
            case NOWHERE -> false;
        };
    }

    private boolean fitsPromised(int bytes) {
        return switch (space.placeForPromised(bytes, active.end())) {
            case HERE -> true;
            case NEXT_SEGMENT -> rotate();
            case NOWHERE -> false;
        };
    }

    // How far everything is forced, at the head of what comes next. Recovery tells damage from a torn tail by it.
    private void mark() {
        if (forced > marked && space.placeFor(Format.MARK_FRAME, promised, active.end()) == Space.Place.HERE) {
            codec.encodeMark(forced, active.bytes, active.view);
            marked = forced;
        }
    }

    /** Writes what is encoded and acknowledges it. */
    private void flush() {
        int from = active.written;
        int to = active.bytes.position();
        if (state != State.FAILED && from < to) {
            try {
                ByteBuffer batch = active.view;
                batch.clear();
                space.write(batch.position(from).limit(to), active.base + from);
                active.written = to;
                if (from == 0) {
                    oldestUnforced = System.nanoTime();
                }
                if (forceNanos == 0) {
                    space.output().force();
                    forced = active.end();
                    active.restart(forced);
                }
            } catch (IOException e) {
                int before = moves;
                seeForced(FORCE_DEADLINE_SECONDS);
                // a force in flight may have failed too, and then all of this has moved already
                if (moves == before) {
                    move(e);
                }
            }
        }
        acknowledge();
    }

    private void acknowledge() {
        for (int i = 0; i < waiting; i++) {
            Ack ack = acks[i];
            acks[i] = Ack.NONE;
            if (state == State.FAILED) {
                refuse(ack, Refusal.FAILED);
            } else {
                tell(ack, positions[i]);
            }
        }
        waiting = 0;
        handOver.flush();
    }

    private void startForcing() {
        Disk.Output output = space.output();
        Buffer buffer = active;
        inFlight = buffer;
        forcingTo = buffer.end();
        active = other.restart(forcingTo);
        forceEnded = false;
        forcing = forcer.submit(() -> {
            try {
                output.force();
            } finally {
                // the future is not done yet when the writer wakes
                forceEnded = true;
                LockSupport.unpark(thread);
            }
            return Boolean.TRUE;
        });
    }

    /** Takes note of a force that has ended, waiting at most so long for it. */
    private void seeForced(long seconds) {
        Future<?> force = forcing;
        Buffer buffer = inFlight;
        if (force == null || buffer == null || seconds == 0 && !forceEnded) {
            return;
        }
        try {
            force.get(Math.max(1, seconds), TimeUnit.SECONDS);
            forcing = null;
            inFlight = null;
            other = buffer;
            forced = forcingTo;
        } catch (ExecutionException e) {
            forcing = null;
            move(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            fail(new IOException(
                    "the journal's device did not answer a force within " + FORCE_DEADLINE_SECONDS + " s", e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(e);
        }
    }

    /** Goes on in the next segment once this one is written, forced and acknowledged. */
    private boolean rotate() {
        flush();
        seeForced(FORCE_DEADLINE_SECONDS);
        if (state == State.FAILED) {
            return false;
        }
        try {
            if (active.written > 0) {
                space.output().force();
            }
            forced = active.end();
            space.replace(forced);
            active.restart(forced);
        } catch (IOException e) {
            move(e);
        }
        return state != State.FAILED;
    }

    /**
     * A write or force failed: never asks the same file again, but writes every record that is not known to be forced to
     * a new segment. It begins at the first of them, which ends the failed one there.
     */
    private void move(Throwable cause) {
        if (state == State.FAILED) {
            return;
        }
        trouble = cause;
        moves++;
        state = State.MOVING;
        try {
            Buffer first = inFlight;
            if (first == null) {
                space.replace(forced, active.records());
            } else {
                space.replace(forced, first.records(), active.records());
                other = first;
                inFlight = null;
            }
            forced = active.end();
            active.restart(forced);
            state = State.LIVE;
            // sets aside again what was promised; where that fails, new calls are refused for want of space
            space.placeFor(0, promised, forced);
        } catch (IOException | RuntimeException e) {
            e.addSuppressed(cause);
            fail(e);
        }
    }

    private void fail(Throwable cause) {
        trouble = cause;
        state = State.FAILED;
        acknowledge();
    }

    private void finish() {
        flush();
        seeForced(FORCE_DEADLINE_SECONDS);
        if (state == State.FAILED) {
            return;
        }
        try {
            if (active.written > 0) {
                space.output().force();
                forced = active.end();
                active.restart(forced);
            }
            mark();
            if (active.bytes.position() > 0) {
                space.write(active.records(), active.base);
                space.output().force();
                forced = active.end();
            }
        } catch (IOException e) {
            move(e);
        }
    }

    private void refuse(Ack ack, Refusal refusal) {
        try {
            ack.failed(new JournalRefused(refusal, refusal == Refusal.FAILED ? trouble : null));
            handOver.add(ack.onward());
        } catch (RuntimeException e) {
            trouble = e;
        }
    }

    // one caller's mistake must not cost the others their journal
    private void tell(Ack ack, long position) {
        try {
            ack.written(position);
            handOver.add(ack.onward());
        } catch (RuntimeException e) {
            trouble = e;
        }
    }
}
