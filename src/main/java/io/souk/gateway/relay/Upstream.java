package io.souk.gateway.relay;

import io.souk.gateway.dialect.Bytes;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One try at one backend, from the connection to the end of its answer. Once given up, it tells nothing more. */
final class Upstream {
    private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);
    private static final int MAX_ERROR_BODY = 64 * 1024;
    private static final long STALE_AFTER = TimeUnit.SECONDS.toNanos(1);
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    /** Hears of the try, on the event loop. */
    interface Listener {
        /** A good answer begins. */
        void begins();

        void piece(byte[] bytes);

        void ended();

        /** The backend answered with an error of its own. */
        void answeredError(int status, @Nullable String retryAfter, byte[] body);

        /** No answer, no good one, or a broken one. */
        void failed(Failure failure);
    }

    private final Route route;
    private final Conversation conversation;
    private final Listener listener;

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
        backends.post(route, conversation.path()).onComplete(connected -> {
            if (connected.failed()) {
                LOG.debug("{} cannot be reached: {}", route, connected.cause().toString());
                fail(Faults.notReached(connected.cause()));
            } else if (givenUp) {
                connected.result().reset();
            } else {
                reused = backends.isReused(connected.result().connection());
                send(connected.result(), body, requestId, trace);
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
                .putHeader(HttpHeaders.USER_AGENT, "souk")
                .putHeader("x-request-id", requestId)
                .putHeader("traceparent", trace.upstream());
        if (route.credential() != null) {
            to.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + route.credential());
        }
        // the answer's future tells every fault; without a handler each hang-up would be an error in the log as well
        to.exceptionHandler(_ -> {});
        sent(to, body).onComplete(answered -> {
            if (answered.failed()) {
                stale = reused && System.nanoTime() - sentAt < STALE_AFTER;
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
            fail(Faults.wrongForm(type, conversation.stream()));
            giveUp();
            return;
        }
        Bytes error = new Bytes(good ? 0 : 512);
        answer.exceptionHandler(_ -> fail(Faults.brokeOff()));
        answer.endHandler(_ -> {
            boolean heard = !isOver();
            over = true;
            if (heard && good) {
                listener.ended();
            } else if (heard) {
                listener.answeredError(status, answer.getHeader("retry-after"), error.toArray());
            }
        });
        answer.handler(piece -> {
            lastAt = System.nanoTime();
            if (isOver()) {
                return;
            }
            bytes += piece.length();
            if (good) {
                listener.piece(piece.getBytes());
            } else if (error.length() <= MAX_ERROR_BODY) {
                error.add(piece.getBytes());
            } else {
                giveUp();
                listener.answeredError(status, answer.getHeader("retry-after"), error.toArray());
            }
        });
        if (good) {
            listener.begins();
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
