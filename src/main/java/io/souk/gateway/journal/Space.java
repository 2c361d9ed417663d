package io.souk.gateway.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The files of a journal that is being written, and the promise that a call which was admitted can also be closed: space
 * for that is written with zeros ahead of time, in the current segment and in a spare one that becomes the next.
 *
 * <p>What is promised always fits: {@code usable(current) + usable(spare) >= promised}, where a segment's usable bytes
 * are the zeros beyond its data, less {@link #WASTE} because a record never spans two segments. Only one thread writes;
 * any may read {@link #segments} and {@link #usedBytes}.
 */
final class Space {
    /** The longest record that draws on a promise; as much may stay unused at a segment's end. */
    static final int WASTE = Codec.MAX_CLOSE;

    private static final String SPARE = "spare.tmp";
    private static final int STEP = 1 << 20;

    /** Where a record can go. */
    enum Place {
        HERE,
        NEXT_SEGMENT,
        NOWHERE
    }

    private final Disk disk;
    private final Path directory;
    private final UUID journalId;
    private final InstantSource clock;
    private final long segmentBytes;
    private final long maxBytes;
    private final ByteBuffer zeros;
    private final AtomicLong used = new AtomicLong();

    private volatile List<Segment> segments = List.of();
    private Disk.@Nullable Output current;
    private long first;
    private long zeroed;
    private Disk.@Nullable Output spare;
    private long spareZeroed;

    Space(Disk disk, Path directory, UUID journalId, InstantSource clock, long segmentBytes, long maxBytes) {
        this.disk = disk;
        this.directory = directory;
        this.journalId = journalId;
        this.clock = clock;
        this.segmentBytes = segmentBytes;
        this.maxBytes = maxBytes;
        this.zeros = ByteBuffer.allocateDirect((int) Math.min(STEP, segmentBytes / 4));
    }

    static boolean hasSpare(Path directory) {
        return Files.exists(directory.resolve(SPARE));
    }

    List<Segment> segments() {
        return segments;
    }

    long usedBytes() {
        return used.get();
    }

    /** Begins the journal's first segment. */
    void begin() throws IOException {
        replace(0);
    }

    /**
     * Goes on in the files of a journal whose owner died: behind {@code end} in the last one, or after a {@link #replace}
     * when that is damaged. A spare is zeroed again, for the owner may have died while filling it.
     */
    void resume(List<Segment> existing, long end) throws IOException {
        for (Segment segment : existing) {
            used.addAndGet(Files.size(segment.file()));
        }
        segments = List.copyOf(existing);
        Path spareFile = directory.resolve(SPARE);
        if (Files.exists(spareFile)) {
            long size = Files.size(spareFile);
            spare = disk.open(spareFile);
            while (spareZeroed < size) {
                int step = (int) Math.min(zeros.capacity(), size - spareZeroed);
                spare.write(zeros.clear().limit(step), spareZeroed);
                spareZeroed += step;
            }
            used.addAndGet(size);
        }
        if (!existing.isEmpty() && !existing.getLast().damaged()) {
            Segment last = existing.getLast();
            current = disk.open(last.file());
            first = last.first();
            zeroed = Math.max(last.offset(end), Files.size(last.file()));
        }
    }

    /**
     * Where {@code bytes} can go behind {@code end} while {@code promised} bytes stay available after them. Writes zeros
     * ahead where that takes more than there are.
     */
    Place placeFor(int bytes, long promised, long end) {
        long at = end - first + Format.HEADER_BYTES;
        if (at + bytes + promised + WASTE <= zeroed) {
            return Place.HERE;
        }
        try {
            long needed = promised + WASTE;
            if (at + bytes <= segmentBytes) {
                long here = Math.min(segmentBytes - at - bytes, needed);
                boolean there = zeroTo(at + bytes + here)
                        && (here == needed || zeroSpareTo(Format.HEADER_BYTES + needed - here + WASTE));
                return there ? Place.HERE : Place.NOWHERE;
            }
            return zeroSpareTo(Format.HEADER_BYTES + bytes + needed) ? Place.NEXT_SEGMENT : Place.NOWHERE;
        } catch (IOException e) {
            // zeros that could not be written promise nothing, and nothing is lost
            return Place.NOWHERE;
        }
    }

    /** Where {@code bytes} go that were promised before. */
    Place placeForPromised(int bytes, long end) {
        return end - first + Format.HEADER_BYTES + bytes <= segmentBytes ? Place.HERE : Place.NEXT_SEGMENT;
    }

    void write(ByteBuffer bytes, long position) throws IOException {
        long at = position - first + Format.HEADER_BYTES;
        zeroed = Math.max(zeroed, at + bytes.remaining());
        open(current).write(bytes, at);
    }

    /** The file that is written now, for forcing it from another thread. */
    Disk.Output output() {
        return open(current);
    }

    /**
     * Goes on in a new segment whose first position is {@code position} and which begins with {@code frames}: at rotation
     * there are none, after a failed write they are all those that were not forced. The file gets its name once it is
     * complete and forced, so that a crash at any moment leaves either the old end of the journal or the new one.
     */
    void replace(long position, ByteBuffer... frames) throws IOException {
        Disk.Output next = spare;
        if (next == null) {
            next = disk.create(directory.resolve(SPARE));
        }
        Instant now = clock.instant();
        long created = Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000L), now.getNano() / 1_000);
        long at = Format.HEADER_BYTES;
        try {
            next.write(Format.header(Format.SEGMENT_MAGIC, journalId, position, created), 0);
            for (ByteBuffer part : frames) {
                int bytes = part.remaining();
                next.write(part, at);
                at += bytes;
            }
            next.force();
            disk.rename(directory.resolve(SPARE), directory.resolve(Format.segmentName(position)));
        } catch (IOException e) {
            spare = next;
            throw e;
        }
        Disk.Output previous = current;
        boolean sameName = previous != null && first == position;
        used.addAndGet(Math.max(0, at - spareZeroed) - (sameName ? zeroed : 0));
        zeroed = Math.max(spareZeroed, at);
        spare = null;
        spareZeroed = 0;
        current = next;
        first = position;
        add(new Segment(directory.resolve(Format.segmentName(position)), position, created, false));
        if (previous != null) {
            closeQuietly(previous);
        }
    }

    /** Forgets and deletes the oldest segments while {@code deletable} says so; the last one always stays. */
    void deleteOldest(Deletable deletable) throws IOException {
        List<Segment> all = segments;
        for (int i = 0; i + 1 < all.size() && deletable.test(all.get(i), all.get(i + 1)); i++) {
            Segment oldest = all.get(i);
            forget(oldest);
            long size = Files.size(oldest.file());
            Files.delete(oldest.file());
            Files.deleteIfExists(directory.resolve(Format.carryOverName(oldest.first())));
            used.addAndGet(-size);
        }
    }

    interface Deletable {
        boolean test(Segment segment, Segment next) throws IOException;
    }

    void close() throws IOException {
        try {
            if (current != null) {
                current.close();
            }
        } finally {
            if (spare != null) {
                spare.close();
            }
        }
    }

    // the writer adds, the drain forgets
    private synchronized void add(Segment segment) {
        List<Segment> list = new ArrayList<>(segments);
        list.removeIf(other -> other.first() == segment.first());
        list.add(segment);
        segments = List.copyOf(list);
    }

    private synchronized void forget(Segment segment) {
        List<Segment> list = new ArrayList<>(segments);
        list.remove(segment);
        segments = List.copyOf(list);
    }

    // what had to be forced was forced, or was written again elsewhere
    private static void closeQuietly(Disk.Output output) {
        try {
            output.close();
        } catch (IOException e) {
            // nothing depends on this file descriptor any more
        }
    }

    private boolean zeroTo(long offset) throws IOException {
        while (zeroed < offset) {
            int step = step(zeroed);
            if (step == 0) {
                return false;
            }
            open(current).write(zeros.clear().limit(step), zeroed);
            zeroed += step;
            used.addAndGet(step);
        }
        return true;
    }

    private boolean zeroSpareTo(long offset) throws IOException {
        if (offset > segmentBytes) {
            return false;
        }
        if (spare == null) {
            if (step(0) == 0) {
                return false;
            }
            spare = disk.create(directory.resolve(SPARE));
            spareZeroed = 0;
        }
        while (spareZeroed < offset) {
            int step = step(spareZeroed);
            if (step == 0) {
                return false;
            }
            spare.write(zeros.clear().limit(step), spareZeroed);
            spareZeroed += step;
            used.addAndGet(step);
        }
        return true;
    }

    // whole steps, up to the segment's end; none when the journal would grow beyond its limit
    private int step(long from) {
        int step = (int) Math.min(zeros.capacity(), segmentBytes - from);
        return used.get() + step > maxBytes ? 0 : step;
    }

    private static Disk.Output open(Disk.@Nullable Output output) {
        if (output == null) {
            throw new IllegalStateException("the journal has no segment yet");
        }
        return output;
    }
}
