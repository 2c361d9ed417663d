package io.souk.gateway.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The calls that were open where a segment begins, in a file of their own: so that the segments before it can go. What it
 * holds follows from the records before it, so it is written once and never changes.
 */
final class CarryOver {
    private CarryOver() {}

    /** Writes and forces the file, unless it is there. */
    static void write(Disk disk, Tape tape, long position, OpenCalls calls) throws IOException {
        Path file = tape.directory().resolve(Format.carryOverName(position));
        if (Files.exists(file)) {
            return;
        }
        Codec codec = new Codec();
        ByteBuffer bytes = ByteBuffer.allocate(256 << 10);
        ByteBuffer view = bytes.duplicate();
        Path unnamed = tape.directory().resolve(Format.carryOverName(position) + ".tmp");
        try (Disk.Output output = disk.create(unnamed)) {
            output.write(Format.header(Format.CARRY_OVER_MAGIC, tape.journalId(), position, 0), 0);
            long at = Format.HEADER_BYTES;
            int frames = 0;
            for (JournalRecord record : calls.records()) {
                if (bytes.remaining() < Codec.MAX_FRAME) {
                    int full = bytes.position();
                    output.write(bytes.flip(), at);
                    at += full;
                    bytes.clear();
                }
                codec.encode(record, bytes, view);
                frames++;
            }
            if (bytes.remaining() < Codec.MAX_FRAME) {
                int full = bytes.position();
                output.write(bytes.flip(), at);
                at += full;
                bytes.clear();
            }
            codec.encodeEnd(frames, bytes, view);
            output.write(bytes.flip(), at);
            output.force();
        }
        disk.rename(unnamed, file);
    }

    /** The calls that were open at this position, or null when no file says so; a damaged file is set aside. */
    static @Nullable OpenCalls read(Tape tape, long position) throws IOException {
        Path file = tape.directory().resolve(Format.carryOverName(position));
        if (!Files.exists(file)) {
            return null;
        }
        OpenCalls calls = intact(file, tape, position);
        if (calls == null) {
            Disk.REAL.rename(file, tape.directory().resolve(file.getFileName() + Format.QUARANTINED));
        }
        return calls;
    }

    private static @Nullable OpenCalls intact(Path file, Tape tape, long position) throws IOException {
        Format.Header header = FrameReader.header(file, Format.CARRY_OVER_MAGIC);
        if (header == null || !header.journalId().equals(tape.journalId()) || header.first() != position) {
            return null;
        }
        OpenCalls calls = new OpenCalls();
        long limit = Files.size(file);
        try (FrameReader reader = new FrameReader(file, Format.HEADER_BYTES)) {
            for (int frames = 0; reader.advance(limit) == FrameReader.Found.FRAME; frames++) {
                if (reader.type() == Format.END) {
                    return reader.payload().getInt() == frames ? calls : null;
                }
                JournalRecord record = reader.record();
                if (record != null) {
                    calls.accept(record);
                }
            }
        }
        return null;
    }
}
