package io.souk.models.http;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.BindException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on one port with one event loop, which never computes: that is the inference pool's part. */
public final class ModelsListener implements AutoCloseable {
    static final int MAX_BODY = 1 << 20;
    static final Duration BODY_DEADLINE = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(ModelsListener.class);
    private static final Duration START = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofSeconds(75);

    /** Requests whose bodies or answers may be in memory at once. */
    private static final int MAX_REQUESTS = 256;

    private final Vertx vertx;
    private final HttpServer server;
    private final String bind;
    private final Routes routes;
    private final byte @Nullable [] credential;
    private int requests;

    private ModelsListener(Vertx vertx, String bind, Routes routes, @Nullable String credential) {
        this.vertx = vertx;
        this.bind = bind;
        this.routes = routes;
        this.credential = credential == null || credential.isBlank()
                ? null
                : ("Bearer " + credential).getBytes(StandardCharsets.UTF_8);
        this.server = vertx.createHttpServer(new HttpServerOptions()
                .setTcpNoDelay(true)
                .setIdleTimeout((int) IDLE.toSeconds())
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(true));
        server.requestHandler(this::take);
        server.invalidRequestHandler(request -> new Exchange(vertx, request)
                .refuse(Refusal.invalid(null, "invalid_http", "This is not an HTTP request that can be read.")));
    }

    /**
     * Starts to listen.
     *
     * @param port 0 picks a free one
     * @param credential what callers must send as bearer; null or blank: nothing
     * @throws BindException when the address is taken or not this machine's
     */
    public static ModelsListener start(String bind, int port, @Nullable String credential, Routes routes)
            throws BindException {
        var vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setPreferNativeTransport(false));
        var listener = new ModelsListener(vertx, bind, routes, credential);
        try {
            listener.server
                    .listen(port, bind)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START.toSeconds(), TimeUnit.SECONDS);
            return listener;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            listener.close();
            throw new IllegalStateException("The house models were stopped while they began to listen", e);
        } catch (ExecutionException | TimeoutException e) {
            listener.close();
            if (e.getCause() instanceof BindException refused) {
                throw refused;
            }
            throw new IllegalStateException("The house models cannot listen on " + bind + ":" + port, e);
        }
    }

    /** Where callers on this machine reach it, without a path. */
    public URI origin() {
        var host = bind.equals("0.0.0.0") || bind.equals("::") ? "127.0.0.1" : bind;
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.actualPort());
    }

    private void take(HttpServerRequest request) {
        var exchange = new Exchange(vertx, request);
        requests++;
        exchange.onEnd(() -> requests--);
        try {
            if (requests > MAX_REQUESTS) {
                throw Refusal.server(
                        503, "busy", "The house models have too many requests at once; try again in a moment.");
            }
            var path = Objects.requireNonNullElse(request.path(), "");
            if (!Routes.isOpen(path)) {
                requireCredential(request.getHeader("authorization"));
            }
            switch (routes.find(request.method().name(), path)) {
                case Routes.Route.Ready(var answer) -> exchange.answer(answer);
                case Routes.Route.Computed route -> exchange.compute(route);
            }
        } catch (Refusal refusal) {
            exchange.refuse(refusal);
        } catch (RuntimeException e) {
            log.error("A request to the house models failed", e);
            exchange.fail(e);
        }
    }

    private void requireCredential(@Nullable String given) {
        if (credential != null
                && (given == null || !MessageDigest.isEqual(credential, given.getBytes(StandardCharsets.UTF_8)))) {
            throw new Refusal(
                    401,
                    "invalid_request_error",
                    null,
                    "invalid_api_key",
                    "The credential is missing or wrong; send it as 'Authorization: Bearer ...'.");
        }
    }

    /** Stops listening and ends the open connections. */
    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(START.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("The house models' listener did not close in order: {}", e.getMessage());
        }
    }
}
