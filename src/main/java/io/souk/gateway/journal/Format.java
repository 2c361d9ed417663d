package io.souk.gateway.journal;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes on disk, version 1, big-endian.
 *
 * <pre>
 * file    = header frame* zero*
 * header  = magic(8) version(4) header-bytes(4) journal-id(16) first-position(8) created-micros(8) reserved(12) crc32c(4)
 * frame   = length(4) crc32c(4) type(1) payload(length)     crc over length, type and payload; length 0 ends the data
 * </pre>
 *
 * A position counts the frames' bytes since the journal began: byte {@code o} of a segment has the position {@code
 * first + o - 64}. A segment ends where the next one begins, whatever its file holds beyond that.
 */
final class Format {
    static final int VERSION = 1;
    static final int HEADER_BYTES = 64;
    static final int FRAME_BYTES = 9;
    /** What a reader believes; this version writes far shorter ones. */
    static final int MAX_PAYLOAD = 1 << 20;

    static final long SEGMENT_MAGIC = magic("SOUKJRNL");
    static final long CARRY_OVER_MAGIC = magic("SOUKCARY");

    static final byte OPEN = 1;
    static final byte ATTEMPT = 2;
    static final byte EXTEND = 3;
    static final byte CHECKPOINT = 4;
    static final byte CLOSE = 5;
    /** Payload: the position up to which everything was forced. Tells damage from a torn tail. */
    static final byte MARK = 0x40;
    /** Payload: the number of frames before it. Ends a carry-over file. */
    static final byte END = 0x41;

    static final int MARK_FRAME = FRAME_BYTES + Long.BYTES;

    /** What a damaged file's name ends with. */
    static final String QUARANTINED = ".quarantined";

    private static final int HEADER_CRC_AT = HEADER_BYTES - Integer.BYTES;
    private static final HexFormat HEX = HexFormat.of();

    private Format() {}

    record Header(UUID journalId, long first, long createdMicros) {}

    static String segmentName(long first) {
        return "seg-" + HEX.toHexDigits(first) + ".souk";
    }

    static String carryOverName(long position) {
        return "carry-over-" + HEX.toHexDigits(position) + ".souk";
    }

    /** The first position in a segment's file name, or -1 when it is not one; a quarantined one counts too. */
    static long firstOf(String name) {
        if (!name.matches("seg-[0-7][0-9a-f]{15}\\.souk(\\.quarantined)?")) {
            return -1;
        }
        return HexFormat.fromHexDigitsToLong(name, 4, 20);
    }

    static ByteBuffer header(long magic, UUID journalId, long first, long createdMicros) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putLong(magic).putInt(VERSION).putInt(HEADER_BYTES);
        putId(header, journalId);
        header.putLong(first).putLong(createdMicros);
        header.putInt(HEADER_CRC_AT, crc(header, 0, HEADER_CRC_AT));
        return header.clear();
    }

    /**
     * Reads a header, or null when the bytes are none. A version that this program does not know is a {@link
     * JournalFormatUnknown}: another program wrote it and must drain it.
     */
    static @Nullable Header readHeader(ByteBuffer bytes, long magic) throws JournalFormatUnknown {
        if (bytes.remaining() < HEADER_BYTES || bytes.getLong(0) != magic) {
            return null;
        }
        if (bytes.getInt(HEADER_CRC_AT) != crc(bytes, 0, HEADER_CRC_AT)) {
            return null;
        }
        int version = bytes.getInt(8);
        if (version != VERSION || bytes.getInt(12) != HEADER_BYTES) {
            throw new JournalFormatUnknown("the journal was written in format " + version
                    + ", this program knows format " + VERSION + "; start the version of Souk that wrote it");
        }
        return new Header(new UUID(bytes.getLong(16), bytes.getLong(24)), bytes.getLong(32), bytes.getLong(40));
    }

    /** Completes the frame that begins at {@code start} and whose payload ends at the buffer's position. */
    static void sealFrame(ByteBuffer buffer, ByteBuffer view, CRC32C crc, int start, byte type) {
        int end = buffer.position();
        buffer.putInt(start, end - start - FRAME_BYTES);
        buffer.put(start + 8, type);
        buffer.putInt(start + 4, frameCrc(view, crc, start, end));
    }

    static int frameCrc(ByteBuffer view, CRC32C crc, int start, int end) {
        crc.reset();
        view.clear();
        crc.update(view.position(start).limit(start + 4));
        view.clear();
        crc.update(view.position(start + 8).limit(end));
        return (int) crc.getValue();
    }

    static void putId(ByteBuffer buffer, UUID id) {
        buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    private static int crc(ByteBuffer bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        ByteBuffer view = bytes.duplicate();
        view.clear();
        crc.update(view.limit(to).position(from));
        return (int) crc.getValue();
    }

    private static long magic(String text) {
        long magic = 0;
        for (int i = 0; i < 8; i++) {
            magic = magic << 8 | text.charAt(i);
        }
        return magic;
    }
}
