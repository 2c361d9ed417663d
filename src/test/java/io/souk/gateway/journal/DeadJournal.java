package io.souk.gateway.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Makes, byte by byte, the directory that a killed process leaves. */
final class DeadJournal implements AutoCloseable {
    static final UUID ID = UUID.fromString("01890000-0000-7000-8000-000000000001");

    private final Path directory;
    private final Space space;
    private final Codec codec = new Codec();
    private final ByteBuffer bytes = ByteBuffer.allocate(Codec.MAX_FRAME);
    private final ByteBuffer view = bytes.duplicate();
    private long end;
    private Path segment;

    DeadJournal(Path root) throws IOException {
        this(root, Disk.REAL);
    }

    DeadJournal(Path root, Disk disk) throws IOException {
        directory = Files.createDirectories(root.resolve(ID.toString()));
        Files.createFile(directory.resolve("lock"));
        space = new Space(disk, directory, ID, InstantSource.fixed(Records.START), 256 << 10, Long.MAX_VALUE);
        space.begin();
        segment = directory.resolve(Format.segmentName(0));
    }

    DeadJournal write(JournalRecord... records) throws IOException {
        for (JournalRecord record : records) {
            codec.encode(record, bytes.clear(), view);
            put();
        }
        return this;
    }

    /** Says that everything so far was forced. */
    DeadJournal mark() throws IOException {
        codec.encodeMark(end, bytes.clear(), view);
        put();
        return this;
    }

    DeadJournal nextSegment() throws IOException {
        space.replace(end);
        segment = directory.resolve(Format.segmentName(end));
        return this;
    }

    /** Zeros ahead of the data, as for calls that may still close. */
    DeadJournal zerosAhead() {
        space.placeFor(0, 10_000, end);
        return this;
    }

    private void put() throws IOException {
        int length = bytes.position();
        space.write(bytes.flip(), end);
        end += length;
    }

    long end() {
        return end;
    }

    Path segment() {
        return segment;
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() throws IOException {
        space.close();
    }

    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path file : list(from)) {
            Path copy = to.resolve(file.getFileName());
            if (Files.isDirectory(file)) {
                copy(file, copy);
            } else {
                Files.copy(file, copy);
            }
        }
    }

    static void delete(Path directory) throws IOException {
        for (Path file : list(directory)) {
            if (Files.isDirectory(file)) {
                delete(file);
            } else {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return new ArrayList<>(files.sorted().toList());
        }
    }
}
