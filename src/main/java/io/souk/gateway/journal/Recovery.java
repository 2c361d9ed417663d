package io.souk.gateway.journal;

import io.souk.gateway.journal.JournalRecord.Attempt;
import io.souk.gateway.journal.JournalRecord.Checkpoint;
import io.souk.gateway.journal.JournalRecord.Close;
import io.souk.gateway.journal.JournalRecord.Open;
import io.souk.kernel.CallReason;
import io.souk.kernel.TokenCounts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Takes over the journals of processes that died: only under a journal's own lock, so never while its owner lives, however
 * old it is. What it writes follows from what it finds, so that a recovery that is cut short and begun again ends the
 * same.
 */
public final class Recovery {
    private Recovery() {}

    /**
     * Recovers every journal under {@code root} whose owner is dead: cuts the torn tail of its last segment, sets damaged
     * segments aside, and closes the calls that are still open as interrupted, at the price that {@code rating} gives.
     *
     * @throws IOException when {@code root} cannot be read; a single journal's trouble is in the report
     */
    public static RecoveryReport recover(Path root, InterruptedCharge.Rating rating) throws IOException {
        return recover(root, rating, Disk.REAL);
    }

    static RecoveryReport recover(Path root, InterruptedCharge.Rating rating, Disk disk) throws IOException {
        List<RecoveredJournal> recovered = new ArrayList<>();
        List<UUID> alive = new ArrayList<>();
        List<RecoveryReport.Refused> refused = new ArrayList<>();
        for (Path directory : directories(root)) {
            UUID id = idOf(directory, "");
            if (id == null) {
                continue;
            }
            try {
                DirectoryLock lock = DirectoryLock.tryHold(directory, id);
                if (lock != null) {
                    recovered.add(locked(root, directory, id, lock, rating, disk));
                } else if (Files.exists(directory)) {
                    alive.add(id);
                }
            } catch (IOException | RuntimeException e) {
                String why = e.getMessage();
                refused.add(new RecoveryReport.Refused(id, why == null ? e.toString() : why));
            }
        }
        return new RecoveryReport(recovered, alive, refused);
    }

    /** Journals that were put away and can still be drained again, oldest first. */
    public static List<UUID> drained(Path root) throws IOException {
        List<UUID> ids = new ArrayList<>();
        for (Path directory : directories(root)) {
            UUID id = idOf(directory, RecoveredJournal.DRAINED);
            if (id != null) {
                ids.add(id);
            }
        }
        return ids;
    }

    /**
     * Opens a journal that was put away, because the database was set back to a moment before that. Null when it is gone
     * or another process has it.
     */
    public static @Nullable RecoveredJournal reopen(Path root, UUID journalId, InterruptedCharge.Rating rating)
            throws IOException {
        Path directory = root.resolve(journalId + RecoveredJournal.DRAINED);
        DirectoryLock lock = DirectoryLock.tryHold(directory, journalId);
        return lock == null ? null : locked(root, directory, journalId, lock, rating, Disk.REAL);
    }

    /**
     * Deletes journals that were put away and last written before {@code before}.
     *
     * @return how many
     */
    public static int deleteDrained(Path root, Instant before) throws IOException {
        int deleted = 0;
        for (UUID id : drained(root)) {
            Path directory = root.resolve(id + RecoveredJournal.DRAINED);
            DirectoryLock lock = DirectoryLock.tryHold(directory, id);
            if (lock == null) {
                continue;
            }
            try (lock) {
                if (newest(directory).isBefore(before)) {
                    // the lock goes last, so that a deletion cut short is seen as a journal put away
                    delete(directory);
                    deleted++;
                }
            }
        }
        return deleted;
    }

    private static RecoveredJournal locked(
            Path root, Path directory, UUID id, DirectoryLock lock, InterruptedCharge.Rating rating, Disk disk)
            throws IOException {
        try {
            Found found = Survey.of(directory, id, disk);
            List<Segment> segments = found.segments();
            long end = found.end();
            StillOpen open = stillOpen(directory, id, segments, end);
            if (!open.calls().isEmpty()) {
                List<Close> closes = new ArrayList<>();
                for (OpenCall call : open.calls()) {
                    closes.add(interrupted(call, rating.of(call)));
                }
                Space space = space(disk, directory, id, segments);
                space.resume(segments, end);
                end = append(space, closes, end, segments);
                segments = space.segments();
            }
            return new RecoveredJournal(
                    root, directory, id, lock, segments, end, open.calls().size(), open.orphans(), found.quarantined());
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** What a directory holds once its tail is cut and its damage is set aside. */
    record Found(List<Segment> segments, long end, List<Path> quarantined) {}

    private record StillOpen(List<OpenCall> calls, long orphans) {}

    private static StillOpen stillOpen(Path directory, UUID id, List<Segment> segments, long end) throws IOException {
        if (segments.isEmpty()) {
            return new StillOpen(List.of(), 0);
        }
        Tape tape = new SurveyedTape(id, directory, end, segments);
        try (Drain drain = new Drain(tape, segments.getFirst().first())) {
            while (drain.position() < end) {
                drain.next(1024);
            }
            return new StillOpen(drain.stillOpen(), drain.orphans());
        }
    }

    private record SurveyedTape(UUID journalId, Path directory, long end, List<Segment> segments) implements Tape {
        @Override
        public void drained(long to) {
            // nothing is settled while a journal is only looked at
        }
    }

    private static Close interrupted(OpenCall call, InterruptedCharge charge) {
        Open open = call.open();
        Checkpoint last = call.checkpoint();
        Instant ended = last == null || last.at().isBefore(open.startedAt()) ? open.startedAt() : last.at();
        List<Attempt> attempts = call.attempts();
        long millis = Duration.between(open.startedAt(), ended).toMillis();
        return new Close(
                open.callId(),
                ended,
                last == null ? TokenCounts.NONE : last.counts(),
                charge.cost(),
                charge.chargeNanos(),
                charge.absorbedNanos(),
                CallReason.INTERRUPTED,
                charge.source(),
                0,
                -1,
                (int) Math.min(Integer.MAX_VALUE, millis),
                attempts.isEmpty() ? JournalRecord.NIL : attempts.getLast().backendId());
    }

    // A new segment bears the date of the one before it, not today's: what is written follows from what was found.
    // Where
    // there is a spare, the last segment was full to its size and the rest of what calls were promised is in the spare.
    private static Space space(Disk disk, Path directory, UUID id, List<Segment> segments) throws IOException {
        Segment last = segments.getLast();
        InstantSource then = InstantSource.fixed(Instant.EPOCH.plus(Duration.ofNanos(1_000L * last.createdMicros())));
        long size = Files.size(last.file());
        long segmentBytes = Space.hasSpare(directory) ? size : JournalSettings.DEFAULTS.segmentBytes();
        return new Space(disk, directory, id, then, Math.max(256 << 10, segmentBytes), Long.MAX_VALUE);
    }

    private static long append(Space space, List<Close> closes, long from, List<Segment> found) throws IOException {
        long end = from;
        try {
            if (found.getLast().damaged()) {
                space.replace(end);
            }
            Codec codec = new Codec();
            ByteBuffer bytes = ByteBuffer.allocate(Codec.MAX_FRAME);
            ByteBuffer view = bytes.duplicate();
            for (Close close : closes) {
                bytes.clear();
                codec.encode(close, bytes, view);
                int length = bytes.position();
                if (space.placeForPromised(length, end) == Space.Place.NEXT_SEGMENT) {
                    space.output().force();
                    space.replace(end);
                }
                space.write(bytes.flip(), end);
                end += length;
            }
            space.output().force();
        } finally {
            space.close();
        }
        return end;
    }

    private static List<Path> directories(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        if (!Files.exists(root)) {
            return found;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, Files::isDirectory)) {
            for (Path entry : entries) {
                found.add(entry);
            }
        }
        found.sort(Comparator.naturalOrder());
        return found;
    }

    private static @Nullable UUID idOf(Path directory, String suffix) {
        String name = directory.getFileName().toString();
        if (name.length() != 36 + suffix.length() || !name.endsWith(suffix)) {
            return null;
        }
        try {
            return UUID.fromString(name.substring(0, 36));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Instant newest(Path directory) throws IOException {
        Instant newest = Instant.EPOCH;
        for (Path file : files(directory)) {
            Instant written = Files.getLastModifiedTime(file).toInstant();
            newest = written.isAfter(newest) ? written : newest;
        }
        return newest;
    }

    private static void delete(Path directory) throws IOException {
        Path lock = directory.resolve("lock");
        for (Path file : files(directory)) {
            if (!file.equals(lock)) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(lock);
        Files.deleteIfExists(directory);
    }

    private static List<Path> files(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(files::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return files;
    }
}
