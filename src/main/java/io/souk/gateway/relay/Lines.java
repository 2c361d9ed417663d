package io.souk.gateway.relay;

import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop to one place. The one that was used last is used next, so that those which are not
 * needed grow old and are closed. Of the loop's thread.
 */
final class Lines {
    private static final Logger LOG = LoggerFactory.getLogger(Lines.class);
    /** Many servers close an idle connection after five seconds; ours must be gone before. */
    private static final long KEPT_FOR = TimeUnit.SECONDS.toNanos(4);

    /** A place where nothing has been connected for so long is forgotten. */
    private static final long FORGOTTEN_AFTER = TimeUnit.MINUTES.toNanos(10);

    /** Hears once. */
    interface Listener {
        void connected(Line line, HttpClientRequest request);

        void failed(Throwable cause);
    }

    private record Waiter(RequestOptions options, Listener then, long timer) {}

    private final Vertx vertx;
    private final HttpClientAgent client;
    private final HttpConnectOptions to;
    private final int mostOpen;
    private final int mostWaiting;
    private final long connectMillis;
    private final ArrayDeque<Line> idle = new ArrayDeque<>();
    private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
    private int open;
    private long usedAt = System.nanoTime();

    /** @param connectMillis the longest that a call waits for a connection */
    Lines(
            Vertx vertx,
            HttpClientAgent client,
            Backends.Place place,
            int mostOpen,
            int mostWaiting,
            long connectMillis) {
        this.vertx = vertx;
        this.client = client;
        this.mostOpen = mostOpen;
        this.mostWaiting = mostWaiting;
        this.connectMillis = connectMillis;
        this.to = new HttpConnectOptions()
                .setServer(SocketAddress.inetSocketAddress(place.address()))
                .setHost(place.host())
                .setPort(place.address().getPort())
                .setSsl(place.tls());
    }

    void request(RequestOptions options, Listener then) {
        usedAt = System.nanoTime();
        Line kept = idle.pollFirst();
        if (kept != null) {
            begin(kept, options, then);
        } else if (open < mostOpen) {
            connect(options, then);
        } else if (waiting.size() < mostWaiting) {
            long timer = vertx.setTimer(connectMillis, this::tooLate);
            waiting.add(new Waiter(options, then, timer));
        } else {
            then.failed(new ConnectionPoolTooBusyException(waiting.size() + " calls wait for a connection already"));
        }
    }

    private void tooLate(long timer) {
        for (Waiter waiter : waiting) {
            if (waiter.timer == timer) {
                waiting.remove(waiter);
                waiter.then.failed(new TimeoutException("no connection became free within " + connectMillis + " ms"));
                return;
            }
        }
    }

    private void connect(RequestOptions options, Listener then) {
        open++;
        client.connect(to).onComplete(connected -> {
            if (connected.failed()) {
                gone();
                then.failed(connected.cause());
                return;
            }
            Line line = new Line(connected.result());
            line.connection.closeHandler(_ -> {
                line.closed = true;
                idle.remove(line);
                gone();
            });
            begin(line, options, then);
        });
    }

    /** One connection less: whoever waits may have another one. */
    private void gone() {
        open--;
        Waiter next = open < mostOpen ? waiting.poll() : null;
        if (next != null) {
            vertx.cancelTimer(next.timer);
            connect(next.options, next.then);
        }
    }

    private static void begin(Line line, RequestOptions options, Listener then) {
        line.connection.request(options).onComplete(made -> {
            if (made.failed()) {
                line.drop();
                then.failed(made.cause());
            } else {
                then.connected(line, made.result());
            }
        });
    }

    /** Closes the connections that have been idle for too long. @return whether the place itself is forgotten */
    boolean expire(long now) {
        for (Line oldest = idle.peekLast();
                oldest != null && now - oldest.idleSince > KEPT_FOR;
                oldest = idle.peekLast()) {
            idle.pollLast();
            oldest.drop();
        }
        return open == 0 && waiting.isEmpty() && now - usedAt > FORGOTTEN_AFTER;
    }

    /** One connection, lent to one call at a time. */
    final class Line {
        private final HttpClientConnection connection;
        private boolean used;
        private boolean closed;
        private long idleSince;

        private Line(HttpClientConnection connection) {
            this.connection = connection;
        }

        /** Whether an earlier call has used it: the backend may have closed it just now. */
        boolean wasUsed() {
            return used;
        }

        /** The answer was read to its end. @param keep whether the backend keeps the connection */
        void free(boolean keep) {
            used = true;
            if (closed) {
                return;
            }
            // a request that is still being written when its answer is complete has nobody who reads it
            if (!keep || connection.activeStreams() > 0) {
                drop();
                return;
            }
            Waiter next = waiting.poll();
            if (next != null) {
                vertx.cancelTimer(next.timer);
                begin(this, next.options, next.then);
            } else {
                idleSince = System.nanoTime();
                idle.addFirst(this);
            }
        }

        /** Closes it at once. */
        void drop() {
            if (!closed) {
                connection.close().onFailure(failed -> LOG.debug("a connection did not close cleanly", failed));
            }
        }
    }
}
