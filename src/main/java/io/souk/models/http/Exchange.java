package io.souk.models.http;

import io.souk.models.inference.InputRefused;
import io.souk.models.inference.PoolBusy;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer. Everything here runs on the event loop of the request's connection; the work runs
 * elsewhere and comes back by the request's own context. A caller who hangs up cancels the work.
 */
final class Exchange {
    private static final Logger log = LoggerFactory.getLogger(Exchange.class);
    private static final Buffer DATA = Buffer.buffer("data: ");
    private static final Buffer END = Buffer.buffer("\n\n");
    private static final Buffer DONE = Buffer.buffer("data: [DONE]\n\n");

    /** Bodies above this many bytes are parsed off the event loop. */
    private static final int LARGE = 64 * 1024;

    private final Vertx vertx;
    private final Context context;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Buffer body = Buffer.buffer();
    private @Nullable CompletableFuture<Answer> work;
    private @Nullable Runnable atEnd;
    private long bodyTimer = -1;

    Exchange(Vertx vertx, HttpServerRequest request) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.request = request;
        this.response = request.response();
        response.putHeader("x-request-id", "req_" + UUID.randomUUID().toString().replace("-", ""));
        response.exceptionHandler(gone -> cancel());
        response.closeHandler(gone -> {
            cancel();
            end();
        });
        response.endHandler(written -> end());
    }

    /** What to do once, when the exchange is over in whatever way. */
    void onEnd(Runnable action) {
        atEnd = action;
    }

    /** Reads the body and computes the answer. */
    void compute(Routes.Route.Computed route) {
        var length = request.getHeader("content-length");
        if (length != null && (!length.matches("\\d{1,9}") || Long.parseLong(length) > ModelsListener.MAX_BODY)) {
            refuse(tooLarge());
            return;
        }
        bodyTimer = vertx.setTimer(ModelsListener.BODY_DEADLINE.toMillis(), late -> refuseAndClose(tooLate()));
        request.exceptionHandler(broken -> stopReading());
        request.handler(chunk -> {
            if (body.length() + chunk.length() > ModelsListener.MAX_BODY) {
                refuseAndClose(tooLarge());
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(read -> {
            stopReading();
            if (!response.ended()) {
                begin(route);
            }
        });
    }

    private void begin(Routes.Route.Computed route) {
        var bytes = body.getBytes();
        if (bytes.length <= LARGE) {
            begin(route, bytes);
        } else {
            vertx.executeBlocking(() -> route.endpoint().apply(Json.object(bytes)), false)
                    .onSuccess(this::await)
                    .onFailure(e -> fail(e, route));
        }
    }

    private void begin(Routes.Route.Computed route, byte[] bytes) {
        try {
            await(route.endpoint().apply(Json.object(bytes)));
        } catch (RuntimeException e) {
            fail(e, route);
        }
    }

    private void await(CompletableFuture<Answer> begun) {
        work = begun;
        if (response.closed()) {
            cancel();
        }
        begun.whenComplete((answer, error) -> context.runOnContext(back -> {
            if (error == null) {
                answer(answer);
            } else {
                fail(error);
            }
        }));
    }

    private void fail(Throwable error, Routes.Route.Computed route) {
        if (error instanceof PoolBusy busy) {
            response.putHeader("retry-after", "1");
            refuse(Refusal.server(route.busyStatus(), "busy", busy.reason()));
        } else {
            fail(error);
        }
    }

    /** Answers for an error; one that is nobody's fault but ours is logged and told without its inside. */
    void fail(Throwable error) {
        switch (error) {
            case CompletionException wrapped when wrapped.getCause() != null -> fail(wrapped.getCause());
            case Refusal refusal -> refuse(refusal);
            case InputRefused refused -> refuse(Refusal.invalid(null, refused.code(), refused.reason()));
            case PoolBusy stopped -> refuse(Refusal.server(503, "busy", stopped.reason()));
            case TimeoutException late -> {
                response.putHeader("retry-after", "1");
                refuse(Refusal.server(
                        503,
                        "deadline_exceeded",
                        "The house models had too much to do to answer in time. Nothing is charged; try again."));
            }
            default -> {
                if (!response.closed()) {
                    log.error("A house model failed", error);
                }
                refuse(Refusal.server(500, "internal_error", "The house model failed; the operator's log says why."));
            }
        }
    }

    void answer(Answer answer) {
        if (response.ended() || response.closed()) {
            return;
        }
        switch (answer) {
            case Answer.Whole(var json, var headers) -> {
                headers.forEach(response::putHeader);
                response.putHeader("content-type", "application/json").end(Buffer.buffer(json));
            }
            case Answer.Events(var events) -> {
                response.putHeader("content-type", "text/event-stream; charset=utf-8")
                        .putHeader("cache-control", "no-cache")
                        .setChunked(true);
                for (var event : events) {
                    response.write(Buffer.buffer(event.length + 8)
                            .appendBuffer(DATA)
                            .appendBytes(event)
                            .appendBuffer(END));
                }
                response.end(DONE);
            }
        }
    }

    void refuse(Refusal refusal) {
        if (response.ended() || response.closed()) {
            return;
        }
        var error = Json.object()
                .put("message", refusal.getMessage())
                .put("type", refusal.type())
                .put("param", refusal.param())
                .put("code", refusal.code());
        var json = Json.object();
        json.set("error", error);
        response.setStatusCode(refusal.status())
                .putHeader("content-type", "application/json")
                .end(Buffer.buffer(Json.bytes(json)));
    }

    private void refuseAndClose(Refusal refusal) {
        stopReading();
        if (!response.ended() && !response.closed()) {
            response.putHeader("connection", "close");
            refuse(refusal);
        }
    }

    private static Refusal tooLarge() {
        return new Refusal(
                413,
                "invalid_request_error",
                null,
                "request_too_large",
                "The body may have at most " + ModelsListener.MAX_BODY + " bytes; send the text in parts.");
    }

    private static Refusal tooLate() {
        return new Refusal(
                408,
                "invalid_request_error",
                null,
                "request_timeout",
                "The body did not arrive within "
                        + TimeUnit.MILLISECONDS.toSeconds(ModelsListener.BODY_DEADLINE.toMillis()) + " seconds.");
    }

    private void stopReading() {
        if (bodyTimer >= 0) {
            vertx.cancelTimer(bodyTimer);
            bodyTimer = -1;
        }
    }

    private void cancel() {
        stopReading();
        if (work != null) {
            work.cancel(false);
        }
    }

    private void end() {
        var action = atEnd;
        atEnd = null;
        if (action != null) {
            action.run();
        }
    }
}
