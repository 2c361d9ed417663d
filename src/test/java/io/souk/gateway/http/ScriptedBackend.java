package io.souk.gateway.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** A backend that does what a test says, and remembers what it was asked and when its caller went away. */
final class ScriptedBackend implements AutoCloseable {
    /** What it was asked. */
    record Asked(String path, Map<String, String> headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    final AtomicInteger hungUp = new AtomicInteger();
    final AtomicInteger connections = new AtomicInteger();
    volatile BiConsumer<Asked, HttpServerResponse> script =
            (_, response) -> response.setStatusCode(500).end();

    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    ScriptedBackend() {
        vertx.exceptionHandler(faults::add);
        server = await(vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .connectionHandler(_ -> connections.incrementAndGet())
                .requestHandler(this::answer)
                .listen());
    }

    private void answer(HttpServerRequest request) {
        request.response().closeHandler(_ -> hungUp.incrementAndGet());
        request.response().exceptionHandler(_ -> {});
        request.body().onSuccess(body -> {
            Map<String, String> headers = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            request.headers().forEach(headers::put);
            Asked one = new Asked(String.valueOf(request.path()), headers, body.getBytes());
            asked.add(one);
            script.accept(one, request.response());
        });
    }

    int port() {
        return server.actualPort();
    }

    /** Always the same document. */
    void answers(int status, String type, String body) {
        script = (_, response) ->
                response.setStatusCode(status).putHeader("content-type", type).end(body);
    }

    /** Always the same stream; the pieces are sent one by one. */
    void streams(String... pieces) {
        script = (_, response) -> stream(response, List.of(pieces), 0);
    }

    private void stream(HttpServerResponse response, List<String> pieces, int next) {
        if (next == 0) {
            response.setChunked(true).putHeader("content-type", "text/event-stream");
        }
        if (next == pieces.size()) {
            response.end();
        } else {
            response.write(Buffer.buffer(pieces.get(next)))
                    .onSuccess(_ -> vertx.setTimer(2, _ -> stream(response, pieces, next + 1)));
        }
    }

    /** Runs something on the backend's own time, zero for as soon as it can. */
    void later(long millis, Runnable task) {
        if (millis == 0) {
            vertx.runOnContext(_ -> task.run());
        } else {
            vertx.setTimer(millis, _ -> task.run());
        }
    }

    static <T> T await(io.vertx.core.Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** @throws AssertionError if a script failed, for then the test did not see the backend that it meant */
    @Override
    public void close() {
        await(vertx.close());
        if (!faults.isEmpty()) {
            throw new AssertionError("the script of a backend failed", faults.peek());
        }
    }
}
