package io.souk.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayList;
import java.util.List;

/** What is sent to a backend: runs of bytes one after the other, none of them copied. They must not change any more. */
public final class Upload {
    private final List<ByteBuf> pieces = new ArrayList<>(4);

    public Upload add(byte[] bytes) {
        return add(bytes, 0, bytes.length);
    }

    /** Adds {@code bytes[from, to)}. */
    public Upload add(byte[] bytes, int from, int to) {
        if (to > from) {
            pieces.add(Unpooled.wrappedBuffer(bytes, from, to - from));
        }
        return this;
    }

    Buffer buffer() {
        return BufferInternal.buffer(
                pieces.size() == 1 ? pieces.getFirst() : Unpooled.wrappedBuffer(pieces.toArray(ByteBuf[]::new)));
    }
}
