package io.souk.usage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the binary format of PostgreSQL's {@code copy}, put together in one growing buffer. What a row is made of is
 * said first ({@link #row}), then each value in the order of its columns. Not thread-safe.
 */
final class CopyRows {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    /** PostgreSQL counts time from the year 2000. */
    private static final long EPOCH_SECONDS = 946_684_800;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;
    private int size;

    /** @param expected how many bytes there will be, about */
    CopyRows(int expected) {
        bytes = new byte[Math.max(64, expected)];
        System.arraycopy(SIGNATURE, 0, bytes, 0, SIGNATURE.length);
        size = SIGNATURE.length + 8;
    }

    /** The bytes, of which the first {@link #size} count. */
    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    /** Forgets what was put together so far; the next row goes on where the last one ended. */
    void clear() {
        size = 0;
    }

    /** Begins a row of so many values. */
    void row(int columns) {
        room(2);
        putShort(columns);
    }

    /** Ends the last row; nothing follows. */
    void end() {
        room(2);
        putShort(-1);
    }

    void uuid(@Nullable UUID value) {
        if (value == null) {
            none();
            return;
        }
        room(20);
        putInt(16);
        putLong(value.getMostSignificantBits());
        putLong(value.getLeastSignificantBits());
    }

    /** A {@code timestamptz}, cut to microseconds. */
    void time(Instant value) {
        room(12);
        putInt(8);
        putLong((value.getEpochSecond() - EPOCH_SECONDS) * 1_000_000 + value.getNano() / 1_000);
    }

    /** A {@code text} or {@code char}. */
    void text(String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        room(4 + encoded.length);
        putInt(encoded.length);
        System.arraycopy(encoded, 0, bytes, size, encoded.length);
        size += encoded.length;
    }

    /** An {@code int8}. */
    void number(long value) {
        room(12);
        putInt(8);
        putLong(value);
    }

    /** An {@code int4}. */
    void integer(@Nullable Integer value) {
        if (value == null) {
            none();
            return;
        }
        room(8);
        putInt(4);
        putInt(value);
    }

    /** A {@code bool}. */
    void flag(boolean value) {
        room(5);
        putInt(1);
        bytes[size++] = (byte) (value ? 1 : 0);
    }

    private void none() {
        room(4);
        putInt(-1);
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), 2 * bytes.length));
        }
    }

    private void putShort(int value) {
        bytes[size++] = (byte) (value >>> 8);
        bytes[size++] = (byte) value;
    }

    private void putInt(int value) {
        INTS.set(bytes, size, value);
        size += Integer.BYTES;
    }

    private void putLong(long value) {
        LONGS.set(bytes, size, value);
        size += Long.BYTES;
    }
}
