package io.souk.gateway.journal;

import io.souk.gateway.journal.JournalRecord.Open;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The journal of this process: what it acknowledges survives the process. Its directory is locked for as long as the
 * journal is open; the next process start has another journal, and {@link Recovery} takes over what this one leaves.
 *
 * <p>{@link #append} never blocks and may be called from any thread. An OPEN that is acknowledged has space set aside for
 * its CLOSE and some CHECKPOINTs, so that a full disk refuses new calls and never loses a charge.
 */
public final class Journal implements AutoCloseable {
    private static final long CLOSING_SECONDS = 90;
    private static final int PROBE_BYTES = 1 << 20;

    private final UUID id;
    private final Path directory;
    private final JournalSettings settings;
    private final InstantSource clock;
    private final DirectoryLock lock;
    private final Space space;
    private final Ring ring;
    private final Writer writer;
    private final int openLimit;
    private final Tape tape = new LiveTape();

    private Journal(
            UUID id, Path directory, JournalSettings settings, InstantSource clock, DirectoryLock lock, Disk disk)
            throws IOException {
        this.id = id;
        this.directory = directory;
        this.settings = settings;
        this.clock = clock;
        this.lock = lock;
        this.space = new Space(disk, directory, id, clock, settings.segmentBytes(), settings.maxBytes());
        space.begin();
        this.ring = new Ring(settings.ringCapacity());
        this.openLimit = settings.ringCapacity() / 4 * 3;
        this.writer = new Writer(ring, space, settings, "journal-" + id);
        writer.start();
    }

    /**
     * Begins a journal under {@code root}, which is made where it does not exist.
     *
     * @throws IOException when the directory cannot be written
     */
    public static Journal open(Path root, JournalSettings settings, InstantSource clock) throws IOException {
        return open(root, settings, clock, Disk.REAL);
    }

    static Journal open(Path root, JournalSettings settings, InstantSource clock, Disk disk) throws IOException {
        UUID id = timeOrdered(clock.instant());
        Path directory = root.resolve(id.toString());
        Files.createDirectories(root);
        // under its final name the directory has had its lock from the first moment
        Path unnamed = Files.createDirectory(root.resolve(".new-" + id));
        DirectoryLock lock = DirectoryLock.create(unnamed, id);
        try {
            Files.move(unnamed, directory, StandardCopyOption.ATOMIC_MOVE);
            return new Journal(id, directory, settings, clock, lock, disk);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Finds out whether files can be written and forced under {@code root}, by writing one and deleting it; waits for the
     * device.
     *
     * @throws IOException when they cannot
     */
    public static void probe(Path root) throws IOException {
        Path file = root.resolve(".probe");
        try (Disk.Output output = Disk.REAL.create(file)) {
            output.write(ByteBuffer.allocate(PROBE_BYTES), 0);
            output.force();
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** This journal's id, a UUIDv7, under which billing keeps its leases and its watermark. */
    public UUID id() {
        return id;
    }

    /**
     * Hands a record to the writer. A refusal is final at once; otherwise {@code ack} hears of it. New calls are refused
     * while a quarter of the queue is still free, so that those that run can end.
     */
    public Outcome append(JournalRecord record, Ack ack) {
        Outcome outcome = enqueue(record, ack);
        wake();
        return outcome;
    }

    /**
     * As {@link #append}, but the writer may sleep on until {@link #wake}, which is to follow soon: an event loop that
     * reads several calls at once wakes it once for all of them.
     */
    public Outcome enqueue(JournalRecord record, Ack ack) {
        return enqueue(record, null, ack);
    }

    /** As {@link #enqueue(JournalRecord, Ack)}, with the call's first try in the same write. */
    public Outcome enqueue(JournalRecord.Open open, JournalRecord.@Nullable Attempt first, Ack ack) {
        return enqueue((JournalRecord) open, first, ack);
    }

    private Outcome enqueue(JournalRecord record, @Nullable JournalRecord next, Ack ack) {
        boolean opens = record instanceof Open;
        switch (writer.state()) {
            case FAILED -> {
                return REFUSED_FAILED;
            }
            case MOVING -> {
                if (opens) {
                    return REFUSED_MOVING;
                }
            }
            case LIVE -> {
                if (opens && writer.isStalled()) {
                    return REFUSED_STALLED;
                }
            }
        }
        if (ring.offer(record, next, ack, opens ? openLimit : ring.capacity())) {
            return ACCEPTED;
        }
        return ring.isClosed() ? REFUSED_CLOSED : REFUSED_RING_FULL;
    }

    /** Lets the writer see what was put in with {@link #enqueue}. */
    public void wake() {
        ring.wake();
    }

    private static final Outcome ACCEPTED = new Outcome.Accepted();
    private static final Outcome REFUSED_FAILED = new Outcome.Refused(Refusal.FAILED);
    private static final Outcome REFUSED_MOVING = new Outcome.Refused(Refusal.MOVING);
    private static final Outcome REFUSED_STALLED = new Outcome.Refused(Refusal.STALLED);
    private static final Outcome REFUSED_CLOSED = new Outcome.Refused(Refusal.CLOSED);
    private static final Outcome REFUSED_RING_FULL = new Outcome.Refused(Refusal.RING_FULL);

    /**
     * Reads finished calls from the watermark that PostgreSQL has, 0 for a new journal. Only what is forced is handed out,
     * so that PostgreSQL never knows of a call that a power failure takes from the journal.
     *
     * @throws IOException when the watermark is no longer or not yet in this journal, or its files cannot be read
     */
    public Drain drain(long watermark) throws IOException {
        return new Drain(tape, watermark);
    }

    /** How the journal does. */
    public Health health() {
        return new Health(
                writer.state() == Writer.State.FAILED,
                writer.isStalled(),
                writer.openCalls(),
                ring.size(),
                writer.forced(),
                space.usedBytes(),
                writer.moves(),
                writer.trouble());
    }

    /**
     * A moment of the journal's life.
     *
     * @param failed the disk failed twice; nothing is accepted any more
     * @param stalled a write has not returned for more than a second; no call is accepted until it does
     * @param openCalls calls that are opened and not closed
     * @param waiting records that wait for the writer
     * @param forced the position up to which everything is on the device, in bytes since the journal began
     * @param usedBytes size of all its files
     * @param moves how often a write failed and all that was at stake was written again to a new file
     * @param trouble the last error, for a log
     */
    public record Health(
            boolean failed,
            boolean stalled,
            int openCalls,
            long waiting,
            long forced,
            long usedBytes,
            int moves,
            @Nullable Throwable trouble) {}

    /**
     * Refuses new records, writes, forces and acknowledges those accepted, and lets go of the directory. Calls that are
     * still open are settled by the next process's {@link Recovery}.
     *
     * @throws IOException when the disk did not finish in time; the directory then stays locked until the process ends
     */
    @Override
    public void close() throws IOException {
        ring.close();
        boolean ended = false;
        try {
            ended = writer.awaitEnd(CLOSING_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            throw new IOException("the journal " + directory + " could not be written to its end; its disk hangs or the"
                    + " closing was interrupted. The next start recovers it.");
        }
        try (lock) {
            space.close();
        }
    }

    /** A UUIDv7: milliseconds first, so that journals sort by their start. */
    private static UUID timeOrdered(Instant now) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = now.toEpochMilli() << 16 | 0x7000 | random.nextInt(1 << 12);
        long low = random.nextLong() >>> 2 | Long.MIN_VALUE;
        return new UUID(high, low);
    }

    /** Whether what is kept only for a database that might be set back takes the room that new calls need. */
    private boolean isCrowded() {
        return space.usedBytes() > settings.maxBytes() / 4 * 3;
    }

    private final class LiveTape implements Tape {
        @Override
        public UUID journalId() {
            return id;
        }

        @Override
        public Path directory() {
            return directory;
        }

        @Override
        public long end() {
            return writer.forced();
        }

        @Override
        public List<Segment> segments() {
            return space.segments();
        }

        @Override
        public void drained(long to) throws IOException {
            Instant now = clock.instant();
            space.deleteOldest((segment, next) -> next.first() <= to
                    && Files.exists(directory.resolve(Format.carryOverName(next.first())))
                    && ended(next)
                            .plus(isCrowded() ? settings.retainAtLeast() : settings.retain())
                            .isBefore(now));
        }

        private static Instant ended(Segment next) {
            return Instant.EPOCH.plusNanos(Math.multiplyExact(next.createdMicros(), 1_000L));
        }
    }
}
