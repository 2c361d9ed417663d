package io.souk.gateway.dialect;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing run of bytes, cleared and used again. Not for several threads. */
public final class Bytes {
    private byte[] array;
    private int length;

    public Bytes(int capacity) {
        array = new byte[capacity];
    }

    /** The bytes lie in {@code array()[0, length())}; valid until the next change. */
    public byte[] array() {
        return array;
    }

    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    public void clear() {
        length = 0;
    }

    public Bytes add(int b) {
        room(1);
        array[length++] = (byte) b;
        return this;
    }

    public Bytes add(byte[] bytes) {
        return add(bytes, 0, bytes.length);
    }

    public Bytes add(byte[] bytes, int from, int to) {
        room(to - from);
        System.arraycopy(bytes, from, array, length, to - from);
        length += to - from;
        return this;
    }

    public Bytes add(Buffer bytes) {
        room(bytes.length());
        bytes.getBytes(array, length);
        length += bytes.length();
        return this;
    }

    /** Appends the text in UTF-8. */
    public Bytes add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Puts what the other holds before all that is here. */
    public void addBefore(Bytes other) {
        room(other.length);
        System.arraycopy(array, 0, array, other.length, length);
        System.arraycopy(other.array, 0, array, 0, other.length);
        length += other.length;
    }

    /** Forgets what stands behind. @param to how many bytes stay, at most {@link #length()} */
    public void cut(int to) {
        length = Math.min(length, to);
    }

    /** All bytes, in the array itself if it is full: nothing may be added any more. */
    public byte[] release() {
        return length == array.length ? array : toArray();
    }

    /** Makes room for this many bytes in all, at once. */
    public void expect(int total) {
        if (total > array.length) {
            array = Arrays.copyOf(array, total);
        }
    }

    /** A copy of its own. */
    public byte[] toArray() {
        return Arrays.copyOf(array, length);
    }

    @Override
    public String toString() {
        return new String(array, 0, length, StandardCharsets.UTF_8);
    }

    private void room(int more) {
        if (array.length - length < more) {
            array = Arrays.copyOf(array, Math.max(Math.addExact(length, more), array.length * 2));
        }
    }
}
