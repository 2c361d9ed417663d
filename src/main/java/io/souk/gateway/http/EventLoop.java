package io.souk.gateway.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.souk.gateway.GatewayProperties;
import io.souk.gateway.dialect.openai.OpenAiErrors;
import io.souk.gateway.relay.Backends;
import io.souk.gateway.relay.Calls;
import io.souk.gateway.relay.Failure;
import io.souk.gateway.relay.Failures;
import io.souk.gateway.relay.LoopTasks;
import io.souk.gateway.relay.Models;
import io.souk.gateway.relay.Relay;
import io.souk.gateway.relay.TokenCounting;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.TrustOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One event loop: its share of the callers' connections, its own to the backends, and one timer for all deadlines. */
final class EventLoop extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final int MAX_HEADER = 16 * 1024;
    private static final int MAX_LINE = 8 * 1024;
    private static final int SOCKET_BUFFER = 64 * 1024;
    private static final int BACKLOG = 1024;
    private static final long TICK_MILLIS = 100;
    /** A tick that comes later than this was not late by itself: the process, or its machine, stood still. */
    private static final long STOOD_STILL = TimeUnit.SECONDS.toNanos(2);

    /** What all loops share. */
    record Wiring(
            GatewayProperties properties,
            Calls calls,
            Models models,
            InstantSource clock,
            Running running,
            TokenCounting counting,
            TrustOptions trust,
            int loops) {}

    private final Wiring wiring;
    private final Set<Exchange> exchanges = new HashSet<>();
    private final Map<HttpConnection, Long> idle = new IdentityHashMap<>();
    private final LoopLag lag;
    private long lastTick = System.nanoTime();
    private long patientUntil = lastTick;
    private volatile int port;
    private Relay.@Nullable Loop relayLoop;
    private @Nullable Backends backends;

    EventLoop(Wiring wiring) {
        this.wiring = wiring;
        this.lag = new LoopLag(
                Duration.ofMillis(TICK_MILLIS), wiring.properties().overload().maxLag(), System.nanoTime());
    }

    int port() {
        return port;
    }

    Wiring wiring() {
        return wiring;
    }

    Relay.Loop relayLoop() {
        Relay.Loop made = relayLoop;
        if (made == null) {
            throw new IllegalStateException("the event loop has not started");
        }
        return made;
    }

    /** How late it is; of the answers only {@link LoopLag#nanos} is for other threads. */
    LoopLag lag() {
        return lag;
    }

    @Override
    public Future<?> start() {
        Backends own = new Backends(vertx, wiring.properties(), wiring.trust(), wiring.loops());
        backends = own;
        relayLoop = new Relay.Loop(new LoopTasks(context), own, wiring.counting(), wiring.clock());
        vertx.setPeriodic(TICK_MILLIS, _ -> tick());
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                .setTcpNoDelay(true)
                .setReceiveBufferSize(SOCKET_BUFFER)
                .setSendBufferSize(SOCKET_BUFFER)
                .setAcceptBacklog(BACKLOG)
                .setMaxHeaderSize(MAX_HEADER)
                .setMaxInitialLineLength(MAX_LINE)
                .setHttp2ClearTextEnabled(false)
                // each would look at every message for a protocol that is not spoken here
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setHandle100ContinueAutomatically(true)
                .setCompressionSupported(false)
                .setDecompressionSupported(false));
        server.connectionHandler(this::connected);
        server.requestHandler(this::accept);
        server.invalidRequestHandler(this::refuse);
        // a negative port is a free one that the loops share
        int asked = wiring.properties().port() == 0 ? -1 : wiring.properties().port();
        return server.listen(asked, wiring.properties().bind()).onSuccess(listening -> port = listening.actualPort());
    }

    private void connected(HttpConnection connection) {
        idle.put(connection, System.nanoTime());
        connection.closeHandler(_ -> idle.remove(connection));
    }

    private void accept(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        idle.remove(connection);
        request.response().endHandler(_ -> {
            idle.put(connection, System.nanoTime());
            if (wiring.running().isStopping() && request.isEnded()) {
                context.runOnContext(_ -> connection.close());
            }
        });
        Exchange exchange;
        try {
            exchange = new Exchange(this, request);
        } catch (RuntimeException mistake) {
            LOG.error("A request could not be taken by a mistake of ours", mistake);
            connection.close();
            return;
        }
        exchanges.add(exchange);
        exchange.start();
    }

    void ended(Exchange exchange) {
        exchanges.remove(exchange);
    }

    /** A head that is no HTTP, or too long. */
    private void refuse(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        Failure failure = cause instanceof TooLongHttpHeaderException
                ? Failure.invalid(431, "The request's headers are longer than 16 KB. Send less.", null, null)
                : cause instanceof TooLongHttpLineException
                        ? Failure.invalid(414, "The request's address is longer than 8 KB. Send less.", null, null)
                        : Failure.invalid(400, "The request is not valid HTTP/1.1.", null, null);
        request.response().putHeader("connection", "close");
        Failures.send(request.response(), failure, OpenAiErrors.body(failure));
    }

    private void tick() {
        long now = System.nanoTime();
        lag.tick(now);
        if (backends != null) {
            backends.tick(now);
        }
        long since = now - lastTick;
        lastTick = now;
        if (since > STOOD_STILL) {
            // what arrived meanwhile is read first: deadlines that passed in our own sleep are nobody's fault
            patientUntil = now + since;
        }
        if (now - patientUntil < 0) {
            return;
        }
        for (Exchange exchange : List.copyOf(exchanges)) {
            exchange.tick(now);
        }
        long keepAlive = wiring.properties().keepAlive().toNanos();
        for (Map.Entry<HttpConnection, Long> entry : List.copyOf(idle.entrySet())) {
            if (now - entry.getValue() > keepAlive) {
                entry.getKey().close();
            }
        }
    }

    /** Closes the connections on which nothing runs, so that their callers go elsewhere; from any thread. */
    void closeIdle() {
        context.runOnContext(_ -> List.copyOf(idle.keySet()).forEach(HttpConnection::close));
    }

    /** Ends the calls that this loop runs, and takes the next ones; from any thread. */
    CompletableFuture<Void> abortCalls() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(_ -> {
            List.copyOf(exchanges).forEach(Exchange::abortCall);
            done.complete(null);
        });
        return done;
    }

    /** Ends all calls of this loop; from any thread. */
    void abortAll() {
        context.runOnContext(_ -> List.copyOf(exchanges).forEach(Exchange::abort));
    }
}
