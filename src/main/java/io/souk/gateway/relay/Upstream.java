package io.souk.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.souk.gateway.dialect.Bytes;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One try at one backend, from the connection to the end of its answer. Once given up, it tells nothing more. */
final class Upstream {
    private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);
    private static final int MAX_ERROR_BODY = 64 * 1024;
    private static final long STALE_AFTER = TimeUnit.SECONDS.toNanos(1);
    private static final Pattern SHORT_LIVED = Pattern.compile("timeout\\s*=\\s*[0-4]\\b");
    private static final CharSequence SOUK = HttpHeaders.createOptimized("souk");
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final CharSequence TRACE = HttpHeaders.createOptimized("traceparent");
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    /** Hears of the try, on the event loop. */
    interface Listener {
        /** A good answer begins. */
        void begins();

        /** {@code bytes[from, to)}, during the call only. */
        void piece(byte[] bytes, int from, int to);

        void ended();

        /** The backend answered with an error of its own. */
        void answeredError(int status, HttpClientResponse head, byte[] body);

        /** No answer, no good one, or a broken one. */
        void failed(Failure failure);
    }

    private final Route route;
    private final Conversation conversation;
    private final Listener listener;

    private Lines.@Nullable Line line;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse head;
    private boolean givenUp;
    private boolean over;
    private boolean sent;
    private boolean reused;
    private boolean stale;
    private long sentAt;
    private long lastAt;
    private long bytes;
    private boolean paused;

    Upstream(Route route, Conversation conversation, Listener listener) {
        this.route = route;
        this.conversation = conversation;
        this.listener = listener;
    }

    Route route() {
        return route;
    }

    /** Whether any byte of the request has gone up. */
    boolean wasSent() {
        return sent;
    }

    /** Whether a kept connection turned out to be closed already, which says nothing of the backend. */
    boolean wasStale() {
        return stale;
    }

    /** Whether nothing more will come. */
    boolean isOver() {
        return over || givenUp;
    }

    /** Bytes of the answer's body so far. */
    long bytes() {
        return bytes;
    }

    void start(Backends backends, Upload body, String requestId, Trace trace) {
        backends.post(route, conversation.path(), new Lines.Listener() {
            @Override
            public void connected(Lines.Line connected, HttpClientRequest made) {
                line = connected;
                // the answer's future tells every fault; without a handler each hang-up would be an error in the log as
                // well
                made.exceptionHandler(_ -> {});
                if (givenUp) {
                    line = null;
                    made.reset();
                    connected.free(true);
                } else {
                    reused = connected.wasUsed();
                    send(made, body, requestId, trace);
                }
            }

            @Override
            public void failed(Throwable cause) {
                LOG.debug("{} cannot be reached: {}", route, cause.toString());
                fail(Faults.notReached(cause));
            }
        });
    }

    private void send(HttpClientRequest to, Upload body, String requestId, Trace trace) {
        request = to;
        sent = true;
        sentAt = System.nanoTime();
        lastAt = sentAt;
        to.putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                .putHeader(HttpHeaders.ACCEPT, conversation.stream() ? "text/event-stream, application/json" : JSON)
                .putHeader(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY)
                .putHeader(HttpHeaders.USER_AGENT, SOUK)
                .putHeader(REQUEST_ID, requestId)
                .putHeader(TRACE, trace.upstream());
        Credential credential = route.credential();
        if (credential != null) {
            to.putHeader(HttpHeaders.AUTHORIZATION, credential.header());
        }
        sent(to, body).onComplete(answered -> {
            if (answered.failed()) {
                stale = reused && System.nanoTime() - sentAt < STALE_AFTER;
                drop();
                fail(Faults.brokeOff());
            } else if (!givenUp) {
                head(answered.result());
            }
        });
    }

    private static Future<HttpClientResponse> sent(HttpClientRequest to, Upload body) {
        List<Buffer> pieces = body.buffers();
        if (pieces.size() == 1) {
            return to.send(pieces.getFirst());
        }
        to.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        Future<HttpClientResponse> answer = to.response();
        int last = pieces.size() - 1;
        for (int i = 0; i < last; i++) {
            to.write(pieces.get(i));
        }
        to.end(pieces.get(last));
        return answer;
    }

    private void head(HttpClientResponse answer) {
        head = answer;
        lastAt = System.nanoTime();
        int status = answer.statusCode();
        boolean good = status >= 200 && status <= 299;
        String type = answer.getHeader(HttpHeaders.CONTENT_TYPE);
        if (good && (type != null && type.startsWith("text/event-stream")) != conversation.stream()) {
            drop();
            fail(Faults.wrongForm(type, conversation.stream()));
            return;
        }
        Bytes error = new Bytes(good ? 0 : 512);
        answer.exceptionHandler(_ -> {
            drop();
            fail(Faults.brokeOff());
        });
        answer.endHandler(_ -> {
            boolean heard = !isOver();
            over = true;
            release(answer);
            if (heard && good) {
                listener.ended();
            } else if (heard) {
                listener.answeredError(status, answer, error.toArray());
            }
        });
        answer.handler(piece -> {
            lastAt = System.nanoTime();
            if (isOver()) {
                return;
            }
            bytes += piece.length();
            if (good) {
                pass(piece);
            } else if (error.length() <= MAX_ERROR_BODY) {
                error.add(piece.getBytes());
            } else {
                giveUp();
                listener.answeredError(status, answer, error.toArray());
            }
        });
        if (good) {
            listener.begins();
        }
    }

    private void pass(Buffer piece) {
        ByteBuf bytes = ((BufferInternal) piece).getByteBuf();
        if (bytes.hasArray()) {
            int from = bytes.arrayOffset() + bytes.readerIndex();
            listener.piece(bytes.array(), from, from + bytes.readableBytes());
        } else {
            listener.piece(piece.getBytes(), 0, piece.length());
        }
    }

    /** The answer was read to its end, so another call may have the connection. */
    private void release(HttpClientResponse answer) {
        Lines.Line lent = line;
        line = null;
        if (lent == null) {
            return;
        }
        String connection = answer.getHeader(HttpHeaders.CONNECTION);
        boolean keep = answer.version() == HttpVersion.HTTP_1_0
                ? connection != null && HttpHeaders.KEEP_ALIVE.toString().equalsIgnoreCase(connection.strip())
                : connection == null || !HttpHeaders.CLOSE.toString().equalsIgnoreCase(connection.strip());
        String until = keep ? answer.getHeader("keep-alive") : null;
        // a backend that closes idle connections sooner than we do says so
        lent.free(keep && (until == null || !SHORT_LIVED.matcher(until).find()));
    }

    private void drop() {
        Lines.Line lent = line;
        line = null;
        if (lent != null) {
            lent.drop();
        }
    }

    private void fail(Failure failure) {
        boolean heard = !isOver();
        over = true;
        if (heard) {
            listener.failed(failure);
        }
    }

    /** Closes the connection at once, so that the backend stops working. Nothing if the answer was complete. */
    void giveUp() {
        boolean open = !givenUp && !over;
        givenUp = true;
        if (open && request != null) {
            request.reset();
            drop();
        }
    }

    void pause() {
        if (head != null && !paused && !isOver()) {
            paused = true;
            head.pause();
        }
    }

    void resume() {
        if (head != null && paused) {
            paused = false;
            lastAt = System.nanoTime();
            head.resume();
        }
    }

    boolean isPaused() {
        return paused;
    }

    /** Looks at the deadlines. */
    void tick(long now) {
        if (!sent || isOver()) {
            return;
        }
        Route.Deadlines deadlines = route.deadlines();
        Duration silence = head == null ? deadlines.firstByte() : deadlines.idle();
        if (!paused && now - lastAt > silence.toNanos()) {
            expire(Faults.silent(silence));
        } else if (now - sentAt > deadlines.total().toNanos()) {
            expire(Faults.tooLong(deadlines.total()));
        }
    }

    private void expire(Failure failure) {
        giveUp();
        listener.failed(failure);
    }
}
