package io.souk.gateway.relay;

import io.souk.gateway.dialect.Bytes;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The caller's side of a call. A stream is written piece by piece; a plain answer one piece behind, so that there always
 * is a last piece to keep back.
 */
final class Caller {
    private static final CharSequence EVENT_STREAM = HttpHeaders.createOptimized("text/event-stream; charset=utf-8");
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    private static final CharSequence CALL_ID = HttpHeaders.createOptimized("x-souk-call-id");
    private static final CharSequence BACKEND = HttpHeaders.createOptimized("x-souk-backend");
    private static final Map<String, CharSequence> NAMES = new ConcurrentHashMap<>();

    private final HttpServerResponse response;
    private final Conversation conversation;
    private @Nullable UUID backend;
    private @Nullable Masking masking;
    private @Nullable Buffer held;
    private long relayed;
    private boolean gone;

    Caller(HttpServerResponse response, Conversation conversation) {
        this.response = response;
        this.conversation = conversation;
    }

    void name(CallHandle call) {
        response.putHeader(CALL_ID, call.callId().toString());
        tell(call.standing());
    }

    /** Tells where the caller's limits stand, whatever the answer will be. */
    void tell(RateStanding standing) {
        if (standing != RateStanding.NONE && !response.headWritten() && !isGone()) {
            conversation.standing(standing, (name, value) -> response.putHeader(known(name), value));
        }
    }

    /** A name that a dialect gives is always the same few; Vert.x need not read it anew each time. */
    private static CharSequence known(String name) {
        return NAMES.computeIfAbsent(name, HttpHeaders::createOptimized);
    }

    /** Another try begins: what was kept of an earlier answer is forgotten. */
    void expect(Route from) {
        backend = from.backendId();
        Credential credential = from.credential();
        masking = credential == null ? null : new Masking(credential);
        held = null;
    }

    boolean isGone() {
        return gone || response.closed();
    }

    void leave() {
        gone = true;
    }

    /** Whether any part of an answer has been written, so that nothing but that answer can follow. */
    boolean hasBegun() {
        return response.headWritten();
    }

    /** Bytes of the answer's body written so far. */
    long relayed() {
        return relayed;
    }

    boolean isFull() {
        return response.writeQueueFull();
    }

    void whenDrained(Runnable then) {
        response.drainHandler(_ -> then.run());
    }

    /** Passes on what was read and empties it. @return tells when the socket has it; null if nothing was written */
    @Nullable
    Future<Void> relay(Bytes out) {
        if (out.isEmpty() || isGone()) {
            return null;
        }
        if (masking != null) {
            masking.pass(out);
            if (out.isEmpty()) {
                return null;
            }
        }
        Buffer next = taken(out);
        if (!conversation.stream()) {
            Buffer before = held;
            held = next;
            if (before == null) {
                return null;
            }
            next = before;
        }
        if (!response.headWritten()) {
            head();
            response.setChunked(true);
        }
        relayed += next.length();
        return response.write(next);
    }

    /** The terminal piece of a good answer. */
    void end(Bytes terminal) {
        if (isGone()) {
            return;
        }
        if (masking != null) {
            masking.finish(terminal);
        }
        Buffer last = held;
        if (last == null) {
            last = taken(terminal);
        } else if (!terminal.isEmpty()) {
            last.appendBytes(terminal.array(), 0, terminal.length());
        }
        if (!response.headWritten()) {
            head();
        }
        response.end(last);
    }

    private static Buffer taken(Bytes out) {
        Buffer taken = Buffer.buffer(out.length()).appendBytes(out.array(), 0, out.length());
        out.clear();
        return taken;
    }

    private void head() {
        if (backend != null) {
            response.putHeader(BACKEND, backend.toString());
        }
        response.setStatusCode(200).putHeader(HttpHeaders.CONTENT_TYPE, conversation.stream() ? EVENT_STREAM : JSON);
        if (conversation.stream()) {
            response.putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        }
    }

    /** Says what went wrong: by status if nothing was written, inside the stream, or by the broken connection. */
    void fail(Failure failure) {
        if (isGone() || response.ended()) {
            return;
        }
        if (!response.headWritten()) {
            Failures.send(response, failure, masked(conversation.error(failure)));
        } else if (conversation.stream()) {
            response.end(Buffer.buffer(masked(conversation.errorEvent(failure))));
        } else {
            cut();
        }
    }

    private byte[] masked(byte[] text) {
        return masking == null ? text : masking.whole(text);
    }

    /** Breaks the connection: a caller that has part of an answer must not take it for the whole. */
    void cut() {
        if (!response.closed() && !response.ended()) {
            response.reset();
        }
    }
}
