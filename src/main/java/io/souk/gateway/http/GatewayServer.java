package io.souk.gateway.http;

import io.souk.gateway.GatewayProperties;
import io.souk.gateway.relay.Calls;
import io.souk.gateway.relay.Models;
import io.souk.gateway.relay.TokenCounting;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway's listener, with an event loop per core that each has its own connections to the backends. */
public final class GatewayServer {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final GatewayProperties properties;
    private final Calls calls;
    private final Models models;
    private final InstantSource clock;
    private final Running running;
    private final List<EventLoop> loops = new CopyOnWriteArrayList<>();
    private @Nullable Vertx vertx;
    private @Nullable TokenCounting counting;
    private int port;

    /** @param clock stamps the arrival of calls */
    public GatewayServer(GatewayProperties properties, Calls calls, Models models, InstantSource clock) {
        this.properties = properties;
        this.calls = calls;
        this.models = models;
        this.clock = clock;
        this.running = new Running(properties.overload().maxCalls());
    }

    /**
     * Requests that were turned away at the door.
     *
     * @param full because as many calls ran as may
     * @param behind because an event loop was behind with its work
     */
    public record Shed(long full, long behind) {}

    /**
     * Listens; returns when callers can connect.
     *
     * @return the port, which is a free one if 0 was asked for
     * @throws GatewayRefused if the address cannot be listened on
     */
    public synchronized int start() {
        int count = properties.eventLoops() > 0
                ? properties.eventLoops()
                : Runtime.getRuntime().availableProcessors();
        TrustOptions trust = Trust.with(properties.trust());
        Vertx made = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(count)
                .setPreferNativeTransport(true)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        vertx = made;
        TokenCounting counts = new TokenCounting(Math.max(1, count / 2));
        counting = counts;
        EventLoop.Wiring wiring = new EventLoop.Wiring(properties, calls, models, clock, running, counts, trust, count);
        try {
            await(
                    made.deployVerticle(
                            () -> {
                                EventLoop loop = new EventLoop(wiring);
                                loops.add(loop);
                                return loop;
                            },
                            new DeploymentOptions().setInstances(count)),
                    START);
            port = loops.getFirst().port();
        } catch (ExecutionException | TimeoutException failed) {
            stop();
            throw new GatewayRefused(
                    "The gateway cannot listen on " + properties.bind() + ":" + properties.port() + ": "
                            + (failed.getCause() instanceof IOException
                                    ? "the port is taken or the address is not this machine's. Stop what listens there,"
                                            + " or set souk.gateway.port (SOUK_GATEWAY_PORT) to another port."
                                    : String.valueOf(failed.getMessage())),
                    failed);
        }
        LOG.info(
                "The gateway listens on {}:{} with {} event loops ({})",
                properties.bind(),
                port,
                count,
                made.isNativeTransportEnabled() ? "native transport" : "NIO");
        return port;
    }

    /** What it serves, as {@code GET /health}; whatever has an id in its address has {@code {id}} there. */
    public static List<String> endpoints() {
        return Arrays.stream(Endpoint.values()).map(Endpoint::toString).toList();
    }

    /** The port it listens on. */
    public synchronized int port() {
        return port;
    }

    /** Calls that are running now. */
    public int runningCalls() {
        return running.count();
    }

    /** Requests that were turned away since the start. */
    public Shed shed() {
        return running.shed();
    }

    /** How late the busiest event loop was at its last look at the clock. */
    public Duration lag() {
        return Duration.ofNanos(
                loops.stream().mapToLong(loop -> loop.lag().nanos()).max().orElse(0));
    }

    /** Ends the calls that run, as far as that can be done within seconds, and goes on listening. */
    public void abortCalls() {
        CompletableFuture<?>[] aborted =
                loops.stream().map(EventLoop::abortCalls).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(aborted).get(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            LOG.warn("Not all calls could be ended: {}", failed.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Takes no more calls (they are answered 503), lets the running ones finish for as long as {@code
     * souk.gateway.stop-timeout} says, then ends them and closes.
     */
    public void stop() {
        stop(properties.stopTimeout());
    }

    /** As {@link #stop()}, with another deadline for running calls. */
    public synchronized void stop(Duration grace) {
        Vertx stopping = vertx;
        if (stopping == null) {
            return;
        }
        running.stop();
        loops.forEach(EventLoop::closeIdle);
        if (!running.awaitNone(grace)) {
            LOG.warn("{} calls had not ended after {} and are ended now", running.count(), grace);
            loops.forEach(EventLoop::abortAll);
            running.awaitNone(CLOSE);
        }
        try {
            await(stopping.close(), CLOSE);
        } catch (ExecutionException | TimeoutException failed) {
            LOG.warn("The gateway's listener did not close cleanly: {}", failed.toString());
        }
        if (counting != null) {
            counting.close();
        }
        loops.clear();
        vertx = null;
    }

    private static <T> T await(Future<T> future, Duration limit) throws ExecutionException, TimeoutException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("interrupted");
        }
    }
}
