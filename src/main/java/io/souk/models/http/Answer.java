package io.souk.models.http;

import java.util.List;
import java.util.Map;

/** What an endpoint gives back, ready to be written. */
sealed interface Answer {
    /** One JSON body. */
    @SuppressWarnings("ArrayRecordComponent")
    record Whole(byte[] json, Map<String, String> headers) implements Answer {
        Whole(byte[] json) {
            this(json, Map.of());
        }
    }

    /** Server-sent events, each of which is flushed by itself; {@code [DONE]} follows the last. */
    record Events(List<byte[]> json) implements Answer {}
}
