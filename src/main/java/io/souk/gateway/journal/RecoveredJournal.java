package io.souk.gateway.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;

/**
 * A journal whose process has died and in which every call has ended. It is locked until {@link #finish} or {@link
 * #close}.
 */
public final class RecoveredJournal implements AutoCloseable {
    static final String DRAINED = ".drained";
    static final String DAMAGED = ".damaged";

    private final Path root;
    private final DirectoryLock lock;
    private final StillTape tape;
    private final int interrupted;
    private final long orphans;
    private final List<Path> quarantined;
    private volatile long drained = -1;

    RecoveredJournal(
            Path root,
            Path directory,
            UUID id,
            DirectoryLock lock,
            List<Segment> segments,
            long end,
            int interrupted,
            long orphans,
            List<Path> quarantined) {
        this.root = root;
        this.lock = lock;
        this.tape = new StillTape(id, directory, segments, end);
        this.interrupted = interrupted;
        this.orphans = orphans;
        this.quarantined = List.copyOf(quarantined);
    }

    public UUID id() {
        return tape.journalId;
    }

    /** The position behind the last record: drained up to here, the journal is done. */
    public long end() {
        return tape.end;
    }

    /** Calls that this recovery closed as interrupted; an earlier recovery that crashed may have closed others. */
    public int interrupted() {
        return interrupted;
    }

    /** Records that belong to no open call: second CLOSEs, and what is left of calls whose OPEN was damaged. */
    public long orphans() {
        return orphans;
    }

    /** Files that are damaged and set aside. While there are any, the journal's leases must not be released. */
    public List<Path> quarantined() {
        return quarantined;
    }

    /** As {@link Journal#drain}. */
    public Drain drain(long watermark) throws IOException {
        Drain drain = new Drain(tape, watermark);
        drained = Math.max(drained, watermark);
        return drain;
    }

    /**
     * Puts the drained journal away: under {@code <id>.drained}, where {@link Recovery#deleteDrained} finds it after the
     * time of retention, or under {@code <id>.damaged}, where it stays until an administrator has looked at it.
     *
     * @throws IllegalStateException when it is not drained to its end
     */
    public void finish() throws IOException {
        if (drained < tape.end) {
            throw new IllegalStateException("journal " + id() + " is drained to " + Math.max(0, drained)
                    + " and ends at " + tape.end + "; settle the rest before putting it away");
        }
        String kept = id() + (quarantined.isEmpty() ? DRAINED : DAMAGED);
        try (lock) {
            if (!tape.directory.getFileName().toString().equals(kept)) {
                Files.move(tape.directory, root.resolve(kept), StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    /** Lets go of the journal; a later recovery finds it again. */
    @Override
    public void close() throws IOException {
        lock.close();
    }

    private final class StillTape implements Tape {
        private final UUID journalId;
        private final Path directory;
        private final List<Segment> segments;
        private final long end;

        StillTape(UUID journalId, Path directory, List<Segment> segments, long end) {
            this.journalId = journalId;
            this.directory = directory;
            this.segments = List.copyOf(segments);
            this.end = end;
        }

        @Override
        public UUID journalId() {
            return journalId;
        }

        @Override
        public Path directory() {
            return directory;
        }

        @Override
        public long end() {
            return end;
        }

        @Override
        public List<Segment> segments() {
            return segments;
        }

        @Override
        public void drained(long to) {
            drained = Math.max(drained, to);
        }
    }
}
