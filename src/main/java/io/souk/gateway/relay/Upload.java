package io.souk.gateway.relay;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayList;
import java.util.List;

/**
 * What is sent to a backend: runs of bytes one after the other, which must not change any more. A long one is sent run
 * by run, so that a prompt of a megabyte is not copied; a short one is joined, so that it is one packet.
 */
public final class Upload {
    private static final int JOINED = 32 * 1024;

    private final List<Run> runs = new ArrayList<>(8);
    private int length;

    private record Run(byte[] bytes, int from, int to) {}

    public Upload add(byte[] bytes) {
        return add(bytes, 0, bytes.length);
    }

    /** Adds {@code bytes[from, to)}. */
    public Upload add(byte[] bytes, int from, int to) {
        if (to > from) {
            runs.add(new Run(bytes, from, to));
            length = Math.addExact(length, to - from);
        }
        return this;
    }

    /** In bytes. */
    int length() {
        return length;
    }

    /** At least one, in order. A composite buffer in their place would be copied when it is written. */
    List<Buffer> buffers() {
        if (runs.size() != 1 && length <= JOINED) {
            Buffer joined = Buffer.buffer(length);
            runs.forEach(run -> joined.appendBytes(run.bytes, run.from, run.to - run.from));
            return List.of(joined);
        }
        return runs.stream().map(Upload::wrapped).toList();
    }

    private static Buffer wrapped(Run run) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(run.bytes, run.from, run.to - run.from));
    }
}
