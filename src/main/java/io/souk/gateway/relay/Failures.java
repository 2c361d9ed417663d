package io.souk.gateway.relay;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Writes error answers. */
public final class Failures {
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    private Failures() {}

    /** Ends the response with the failure's status and headers. @param body in the caller's dialect */
    public static void send(HttpServerResponse response, Failure failure, byte[] body) {
        response.setStatusCode(failure.status()).putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        if (failure.status() == 402 || failure.isForGood()) {
            response.putHeader("x-should-retry", "false");
        }
        if (!failure.retryAfter().isZero()) {
            long seconds = Math.max(1, Math.ceilDiv(failure.retryAfter().toMillis(), 1_000L));
            response.putHeader("retry-after", Long.toString(seconds));
        }
        response.end(Buffer.buffer(body));
    }
}
