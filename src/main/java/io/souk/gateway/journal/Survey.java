package io.souk.gateway.journal;

import io.souk.gateway.journal.FrameReader.Found;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Looks through a dead journal's files, and makes them whole.
 *
 * <p>A segment before the last was forced to its end before the next began, so anything wrong in it is damage. In the last
 * one what is wrong is a torn tail, to be cut, unless a mark behind it says that it had been forced: then it is damage
 * too.
 */
final class Survey {
    private static final int CHUNK = 1 << 20;

    private final Path directory;
    private final UUID journalId;
    private final Disk disk;

    private Survey(Path directory, UUID journalId, Disk disk) {
        this.directory = directory;
        this.journalId = journalId;
        this.disk = disk;
    }

    static Recovery.Found of(Path directory, UUID journalId, Disk disk) throws IOException {
        return new Survey(directory, journalId, disk).look();
    }

    private Recovery.Found look() throws IOException {
        List<Path> files = segmentFiles();
        List<Segment> segments = new ArrayList<>();
        List<Path> quarantined = new ArrayList<>();
        long end = 0;
        long created = 0;
        for (int i = 0; i < files.size(); i++) {
            Path file = files.get(i);
            long first = Format.firstOf(file.getFileName().toString());
            boolean last = i + 1 == files.size();
            boolean damaged = file.toString().endsWith(Format.QUARANTINED);
            Format.Header header = damaged ? null : FrameReader.header(file, Format.SEGMENT_MAGIC);
            if (header != null && (!header.journalId().equals(journalId) || header.first() != first)) {
                header = null;
            }
            if (header != null) {
                created = header.createdMicros();
            }
            long next = last
                    ? Long.MAX_VALUE
                    : Format.firstOf(files.get(i + 1).getFileName().toString());
            // a header is forced before its file gets its name, so a bad one is damage even in the last segment
            if (header == null) {
                damaged = true;
            } else {
                long reached = reach(file, first, next);
                if (!last) {
                    damaged = reached != next;
                } else if (isMarkedBeyond(file, reached - first + Format.HEADER_BYTES, first, reached)) {
                    damaged = true;
                } else {
                    cut(file, reached - first + Format.HEADER_BYTES);
                    end = reached;
                }
            }
            if (damaged) {
                file = setAside(file);
                quarantined.add(file);
                // wherever its data ended, it was not beyond the file
                end = last ? first + Math.max(Format.HEADER_BYTES, Files.size(file)) : next;
            }
            segments.add(new Segment(file, first, created, damaged));
        }
        return new Recovery.Found(segments, end, quarantined);
    }

    private List<Path> segmentFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (Format.firstOf(entry.getFileName().toString()) >= 0) {
                    files.add(entry);
                }
            }
        }
        files.sort(Comparator.comparing(Path::getFileName));
        return files;
    }

    /** The position up to which the file holds frames, at most {@code next}. */
    private static long reach(Path file, long first, long next) throws IOException {
        long size = Files.size(file);
        long limit = next == Long.MAX_VALUE ? size : Math.min(size, next - first + Format.HEADER_BYTES);
        try (FrameReader reader = new FrameReader(file, Format.HEADER_BYTES)) {
            while (reader.advance(limit) == Found.FRAME) {
                // a record that cannot be read stops the recovery before anything is changed
                var _ = reader.record();
            }
            return first + reader.next() - Format.HEADER_BYTES;
        }
    }

    /**
     * Whether a mark at or behind the byte {@code from} says that more than {@code position} was forced. Frames cannot be
     * followed across damage, so every byte is tried as the beginning of a mark.
     */
    private static boolean isMarkedBeyond(Path file, long from, long first, long position) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
        ByteBuffer view = bytes.duplicate();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            // a mark may end in zeros
            long size = Math.min(channel.size(), lastDirty(file, from) + Format.MARK_FRAME);
            for (long at = from; at + Format.MARK_FRAME <= size; at += CHUNK - Format.MARK_FRAME + 1) {
                bytes.clear();
                while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
                    // until it is full or the file ends
                }
                bytes.flip();
                for (int i = 0; i + Format.MARK_FRAME <= bytes.limit(); i++) {
                    if (bytes.get(i + 8) != Format.MARK || bytes.getInt(i) != Long.BYTES) {
                        continue;
                    }
                    long forced = bytes.getLong(i + Format.FRAME_BYTES);
                    boolean possible = forced > position && forced <= first + at + i - Format.HEADER_BYTES;
                    if (possible && Format.frameCrc(view, crc, i, i + Format.MARK_FRAME) == bytes.getInt(i + 4)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    // Zeros, and not a shorter file: its blocks are what the closes of interrupted calls were promised. They are forced
    // before anything is written there, or else a record behind the tear could come back to life.
    private void cut(Path file, long offset) throws IOException {
        long size = Files.size(file);
        long dirty = lastDirty(file, offset);
        if (dirty < offset) {
            return;
        }
        try (Disk.Output output = disk.open(file)) {
            for (long at = offset; at <= dirty; at += CHUNK) {
                output.write(ByteBuffer.allocate((int) Math.min(CHUNK, size - at)), at);
            }
            output.force();
        }
    }

    /** The last byte at or behind {@code offset} that is not zero, or -1. */
    private static long lastDirty(Path file, long offset) throws IOException {
        long dirty = -1;
        ByteBuffer bytes = ByteBuffer.allocate(64 << 10);
        ByteBuffer zeros = ByteBuffer.allocate(bytes.capacity());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (long at = offset; channel.read(bytes.clear(), at) > 0; at += bytes.limit()) {
                bytes.flip();
                // most of a file is zeros, and they are compared many at a time
                int first = bytes.mismatch(zeros.clear().limit(bytes.limit()));
                for (int i = bytes.limit() - 1; first >= 0 && i >= first; i--) {
                    if (bytes.get(i) != 0) {
                        dirty = at + i;
                        break;
                    }
                }
            }
        }
        return dirty;
    }

    private Path setAside(Path file) throws IOException {
        if (file.toString().endsWith(Format.QUARANTINED)) {
            return file;
        }
        Path aside = directory.resolve(file.getFileName() + Format.QUARANTINED);
        disk.rename(file, aside);
        return aside;
    }
}
