package io.souk.gateway.telemetry;

import io.souk.gateway.dialect.JsonText;
import io.souk.kernel.TokenClass;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each ended call, in the log {@code souk.calls}, written by a thread of its own. What comes faster than it
 * can be written is dropped and counted: the journal has the call, this is for people.
 */
public final class CallLog implements AutoCloseable {
    private static final Logger CALLS = LoggerFactory.getLogger("souk.calls");
    private static final int WAITING = 4096;
    private static final int AT_ONCE = 256;
    /** Characters of a line, more or less. */
    private static final int LINE = 1024;
    /** After some were written the next ones may gather, so that not each call wakes the writer. */
    private static final long GATHERING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long CLOSING_MILLIS = 2_000;

    private final boolean json;
    private final ArrayBlockingQueue<EndedCall> waiting = new ArrayBlockingQueue<>(WAITING);
    private final LongAdder dropped = new LongAdder();
    private final Thread writer;
    private volatile boolean closed;

    /** @param json whether a line is one JSON object, else key=value */
    public CallLog(boolean json) {
        this.json = json;
        this.writer = Thread.ofPlatform().daemon().name("call-log").start(this::write);
    }

    /** Never waits. */
    public void ended(EndedCall call) {
        if (!waiting.offer(call)) {
            dropped.increment();
        }
    }

    /** Lines that were not written because too many came at once. */
    public long dropped() {
        return dropped.sum();
    }

    private void write() {
        List<EndedCall> batch = new ArrayList<>(AT_ONCE);
        StringBuilder text = new StringBuilder(LINE);
        try {
            while (!closed || !waiting.isEmpty()) {
                EndedCall first = waiting.poll(200, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                waiting.drainTo(batch, AT_ONCE - 1);
                for (EndedCall call : batch) {
                    CALLS.info(line(call, json, text));
                }
                boolean full = batch.size() == AT_ONCE;
                batch.clear();
                if (!full && !closed) {
                    LockSupport.parkNanos(this, GATHERING_NANOS);
                }
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    /** @param text is emptied and used */
    static String line(EndedCall call, boolean json, StringBuilder text) {
        text.setLength(0);
        Line line = new Line(json, text);
        line.bare("at", call.at());
        line.bare("call", call.callId());
        line.text("request", call.requestId());
        line.text("trace", call.traceId());
        line.bare("organisation", call.organisation());
        line.bare("project", call.project());
        line.bare("key", call.key());
        line.text("model", call.model());
        line.bare("operation", call.operation().label());
        line.plain("stream", call.stream());
        line.bare("backend", call.end().backendId());
        line.plain("attempts", call.attempts());
        line.plain("status", call.end().status());
        line.bare("reason", call.end().reason().label());
        line.bare("source", call.end().source().label());
        line.plain("input", input(call));
        line.plain("output", output(call));
        line.plain("charge_nanos", call.chargeNanos());
        line.bare("currency", call.currency());
        line.plain("first_byte_ms", call.end().firstByteMillis());
        line.plain("total_ms", call.end().totalMillis());
        line.plain("bytes", call.end().bytesRelayed());
        line.plain("recorded", call.recorded());
        return line.end();
    }

    static long input(EndedCall call) {
        return call.counts().get(TokenClass.INPUT)
                + call.counts().get(TokenClass.CACHE_READ)
                + call.counts().get(TokenClass.CACHE_WRITE_5M)
                + call.counts().get(TokenClass.CACHE_WRITE_1H);
    }

    static long output(EndedCall call) {
        return call.counts().get(TokenClass.OUTPUT) + call.counts().get(TokenClass.REASONING);
    }

    private static final class Line {
        private final boolean json;
        private final StringBuilder text;

        Line(boolean json, StringBuilder text) {
            this.json = json;
            this.text = text;
        }

        void text(String name, @Nullable String value) {
            if (value != null) {
                name(name).append(json || !isBare(value) ? JsonText.quote(value) : value);
            }
        }

        /** A text that nothing in needs to be quoted, as an id or one of our own words. */
        void bare(String name, @Nullable Object value) {
            if (value == null) {
                return;
            }
            name(name);
            if (json) {
                text.append('"').append(value).append('"');
            } else {
                text.append(value);
            }
        }

        void plain(String name, long value) {
            name(name).append(value);
        }

        void plain(String name, boolean value) {
            name(name).append(value);
        }

        private StringBuilder name(String name) {
            boolean first = text.isEmpty();
            return json
                    ? text.append(first ? "{\"" : ",\"").append(name).append("\":")
                    : text.append(first ? "" : " ").append(name).append('=');
        }

        private static boolean isBare(String value) {
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c <= ' ' || c >= 127 || c == '"' || c == '=' || c == '\\') {
                    return false;
                }
            }
            return !value.isEmpty();
        }

        String end() {
            return json ? text.append('}').toString() : text.toString();
        }
    }

    /** Writes what waits, for two seconds at most. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        try {
            writer.join(CLOSING_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        writer.interrupt();
    }
}
