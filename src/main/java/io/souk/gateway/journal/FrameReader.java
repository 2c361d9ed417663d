package io.souk.gateway.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads the frames of one file in order. */
final class FrameReader implements AutoCloseable {
    enum Found {
        FRAME,
        /** Zeros or the file's end where a frame would begin. */
        END,
        /** Something that is no frame. */
        DAMAGE
    }

    private static final int BUFFER = 256 << 10;

    private final Path file;
    private final FileChannel channel;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer buffer = ByteBuffer.allocate(BUFFER).limit(0);
    private ByteBuffer view = buffer.duplicate();
    private long bufferAt;
    private long next;
    private int start;
    private int length;

    /** Begins at a byte of the file where a frame begins. */
    FrameReader(Path file, long offset) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.next = offset;
        this.bufferAt = offset;
    }

    static Format.@Nullable Header header(Path file, long magic) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(Format.HEADER_BYTES);
            while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
                // until it is complete or the file ends
            }
            return Format.readHeader(bytes.flip(), magic);
        }
    }

    /** Goes to the next frame, which must end at or before the byte {@code limit} of the file. */
    Found advance(long limit) throws IOException {
        if (next >= limit) {
            return Found.END;
        }
        int available = load(Format.FRAME_BYTES, limit);
        if (available < Format.FRAME_BYTES) {
            return restIsZero(available) ? Found.END : Found.DAMAGE;
        }
        int at = (int) (next - bufferAt);
        int payload = buffer.getInt(at);
        if (payload == 0) {
            return Found.END;
        }
        int frame = Format.FRAME_BYTES + payload;
        if (payload < 0 || payload > Format.MAX_PAYLOAD || load(frame, limit) < frame) {
            return Found.DAMAGE;
        }
        at = (int) (next - bufferAt);
        if (Format.frameCrc(view, crc, at, at + frame) != buffer.getInt(at + 4)) {
            return Found.DAMAGE;
        }
        start = at;
        length = payload;
        next += frame;
        return Found.FRAME;
    }

    byte type() {
        return buffer.get(start + 8);
    }

    /** The payload of the frame found last; good until the next {@link #advance}. */
    ByteBuffer payload() {
        return buffer.slice(start + Format.FRAME_BYTES, length);
    }

    /** The record in the frame found last, or null when it is a mark or of a type that a later version added. */
    @Nullable
    JournalRecord record() throws JournalFormatUnknown {
        try {
            return Codec.decode(type(), payload());
        } catch (RuntimeException e) {
            throw new JournalFormatUnknown("a record in " + file + " is intact and yet cannot be read ("
                    + e.getMessage() + "); a later version of Souk wrote it: start that version to drain the journal");
        }
    }

    /** The byte of the file where the next frame begins. */
    long next() {
        return next;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    // makes that many bytes from `next` on available, or as many as there are before the limit
    private int load(int bytes, long limit) throws IOException {
        int wanted = (int) Math.min(bytes, limit - next);
        long have = bufferAt + buffer.limit() - next;
        if (have >= wanted) {
            return wanted;
        }
        if (wanted > buffer.capacity()) {
            buffer = ByteBuffer.allocate(Math.max(wanted, 2 * buffer.capacity()));
            view = buffer.duplicate();
        }
        buffer.clear().limit((int) Math.min(buffer.capacity(), limit - next));
        bufferAt = next;
        while (buffer.hasRemaining() && channel.read(buffer, bufferAt + buffer.position()) >= 0) {
            // until it is full or the file ends
        }
        buffer.flip();
        return Math.min(wanted, buffer.limit());
    }

    private boolean restIsZero(int available) {
        int at = (int) (next - bufferAt);
        for (int i = 0; i < available; i++) {
            if (buffer.get(at + i) != 0) {
                return false;
            }
        }
        return true;
    }
}
