package io.souk.gateway.http;

import io.souk.gateway.dialect.Bytes;
import io.souk.gateway.dialect.openai.BadRequest;
import io.souk.gateway.dialect.openai.OpenAiErrors;
import io.souk.gateway.dialect.openai.OpenAiRequest;
import io.souk.gateway.relay.CallRequest;
import io.souk.gateway.relay.Failure;
import io.souk.gateway.relay.Failures;
import io.souk.gateway.relay.Models;
import io.souk.gateway.relay.Operation;
import io.souk.gateway.relay.Refusal;
import io.souk.gateway.relay.Relay;
import io.souk.gateway.relay.Trace;
import io.souk.kernel.Ids;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.VertxConnection;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its answer: finds its way, waits for its body within limits, and hands it to a relay. */
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final CharSequence TRACE = HttpHeaders.createOptimized("traceparent");
    private static final HexFormat HEX = HexFormat.of();
    private static final String BEARER = "bearer ";
    private static final int MAX_REQUEST_ID = 128;
    /** What a caller may still send of a refused body, so that it comes to read the refusal. */
    private static final long MAX_DISCARDED = 64L << 20;

    private static final long DISCARD = TimeUnit.SECONDS.toNanos(5);

    private final EventLoop loop;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final long receivedAt = System.nanoTime();
    private final Instant receivedInstant;
    private final @Nullable Endpoint endpoint;
    private final String requestId;
    private final Trace trace;
    private final Running.Entry entry;

    private @Nullable Bytes body;
    private @Nullable Relay relay;
    private boolean bodyEnded;
    private boolean ended;
    private long discarded;
    private long discardingSince;

    Exchange(EventLoop loop, HttpServerRequest request) {
        this.loop = loop;
        this.request = request;
        this.response = request.response();
        this.endpoint = Endpoint.at(path());
        this.receivedInstant = loop.wiring().clock().instant();
        this.requestId = sane(request.getHeader(REQUEST_ID));
        this.trace = Trace.of(request.getHeader(TRACE));
        this.entry = loop.wiring().running().begin(loop.lag().isBehind());
    }

    private static String sane(@Nullable String given) {
        String id = given == null ? "" : given;
        boolean good = !id.isEmpty() && id.length() <= MAX_REQUEST_ID;
        for (int i = 0; good && i < id.length(); i++) {
            char c = id.charAt(i);
            good = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-_.:".indexOf(c) >= 0;
        }
        return good ? id : newId();
    }

    private static String newId() {
        UUID id = Ids.next();
        return "req_" + HEX.toHexDigits(id.getMostSignificantBits()) + HEX.toHexDigits(id.getLeastSignificantBits());
    }

    void start() {
        response.putHeader(REQUEST_ID, requestId);
        if (loop.wiring().running().isStopping()) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        response.closeHandler(_ -> callerGone());
        response.exceptionHandler(this::broken);
        request.exceptionHandler(this::broken);
        request.endHandler(_ -> {
            bodyEnded = true;
            bodyComplete();
        });
        request.handler(this::piece);
        try {
            dispatch();
        } catch (RuntimeException mistake) {
            LOG.error("Request {} ended by a mistake of ours", requestId, mistake);
            refuse(Failure.fault(500, "Souk made a mistake. Tell us the request id.", "internal_error"));
        }
    }

    private void dispatch() {
        String path = path();
        boolean meant = endpoint != null && endpoint.method().equals(request.method());
        if (meant && endpoint == Endpoint.HEALTH) {
            health();
        } else if (entry == Running.Entry.STOPPING) {
            refuse(Failure.fault(503, "The gateway is stopping. Try again.", "service_unavailable")
                    .after(Refusal.BUSY.retryAfter()));
        } else if (entry != Running.Entry.IN) {
            refuse(OpenAiErrors.refusal(Refusal.BUSY, Refusal.BUSY.retryAfter(), ""));
        } else if (endpoint == null) {
            refuse(Failure.invalid(
                    404,
                    "There is no " + request.method() + " " + path + " here. " + Endpoint.SENTENCE,
                    null,
                    "unknown_url"));
        } else if (!meant) {
            response.putHeader("allow", endpoint.method().name());
            refuse(Failure.invalid(
                    405,
                    path + " is called with " + endpoint.method() + ", not with " + request.method() + ". "
                            + Endpoint.SENTENCE,
                    null,
                    "method_not_allowed"));
        } else {
            switch (endpoint) {
                case CHAT, EMBEDDINGS -> expectBody();
                case MODELS -> models(null);
                case MODEL -> models(decoded(endpoint.id(path)));
                case HEALTH -> health();
            }
        }
    }

    private String path() {
        return request.path() == null ? "" : request.path();
    }

    private @Nullable Operation operation() {
        return endpoint == null ? null : endpoint.operation();
    }

    private void health() {
        if (loop.wiring().running().isStopping()) {
            answer(503, "{\"status\":\"stopping\"}");
        } else if (loop.wiring().calls().isReady()) {
            answer(200, "{\"status\":\"ok\"}");
        } else {
            answer(503, "{\"status\":\"unavailable\"}");
        }
    }

    private void answer(int status, String json) {
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(Buffer.buffer(json));
        }
        end();
    }

    private void models(@Nullable String id) {
        loop.wiring().models().list(key(), loop.relayLoop().executor(), listed -> {
            if (ended) {
                return;
            }
            switch (listed) {
                case Models.ModelList.Refused(Refusal refusal) ->
                    refuse(OpenAiErrors.refusal(refusal, refusal.retryAfter(), ""));
                case Models.ModelList.Listed(var all) when id == null -> answer(200, ModelJson.list(all));
                case Models.ModelList.Listed(var all) ->
                    all.stream()
                            .filter(model -> model.id().equals(id))
                            .findFirst()
                            .ifPresentOrElse(
                                    model -> answer(200, ModelJson.one(model)),
                                    () -> refuse(OpenAiErrors.refusal(
                                            Refusal.UNKNOWN_MODEL, Refusal.UNKNOWN_MODEL.retryAfter(), id)));
            }
        });
    }

    private static String decoded(String id) {
        try {
            return URLDecoder.decode(id.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return id;
        }
    }

    private @Nullable String key() {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return null;
        }
        String key = header.substring(BEARER.length()).strip();
        return key.isEmpty() ? null : key;
    }

    private void expectBody() {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            refuse(Failure.invalid(
                    415, "The body is encoded as " + encoding + ". Send it plain, as JSON.", null, null));
            return;
        }
        long announced = announced();
        if (announced > maxBody()) {
            tooLarge();
            return;
        }
        body = new Bytes(Math.clamp(announced, 512, 64 * 1024));
    }

    private long announced() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        boolean number = length != null && !length.isEmpty() && length.length() <= 18;
        long value = 0;
        for (int i = 0; number && i < length.length(); i++) {
            int digit = length.charAt(i) - '0';
            number = digit >= 0 && digit <= 9;
            value = value * 10 + digit;
        }
        return number ? value : 0;
    }

    private long maxBody() {
        return loop.wiring().properties().maxBody().toBytes();
    }

    private void tooLarge() {
        refuse(Failure.invalid(
                413,
                "The body is larger than " + maxBody() + " bytes, the most that this gateway takes. "
                        + "Send less at once, for example fewer inputs per call.",
                null,
                "request_too_large"));
    }

    private void piece(Buffer piece) {
        Bytes collecting = body;
        if (collecting == null) {
            discarded += piece.length();
            if (discarded > MAX_DISCARDED) {
                request.connection().close();
            }
        } else if (collecting.length() + piece.length() > maxBody()) {
            body = null;
            tooLarge();
        } else {
            collect(collecting, piece);
        }
    }

    /** Who announces much and sends little does not get much memory; who sends gets the whole at once, without copies. */
    private void collect(Bytes collecting, Buffer piece) {
        if (collecting.length() + piece.length() > collecting.array().length) {
            collecting.expect((int) Math.max(announced(), collecting.length() + piece.length()));
        }
        collecting.add(piece);
    }

    private void bodyComplete() {
        Bytes complete = body;
        Operation operation = operation();
        body = null;
        if (complete == null || operation == null || ended) {
            if (discardingSince != 0) {
                end();
            }
            return;
        }
        OpenAiRequest read;
        try {
            read = OpenAiRequest.read(operation, complete.release());
        } catch (BadRequest bad) {
            refuse(bad.failure());
            return;
        }
        Relay made = new Relay(loop.relayLoop(), read, response, requestId, trace, receivedAt, this::end);
        relay = made;
        made.open(
                loop.wiring().calls(),
                new CallRequest(
                        key(),
                        operation,
                        read.model(),
                        read.stream(),
                        read.inputTokensAtMost(),
                        read.outputCap(),
                        read.choices(),
                        requestId,
                        receivedInstant,
                        read::inputTokensCounted,
                        trace));
    }

    /** Answers at once. What is still to come of the body is read and forgotten, so that the answer can be read. */
    private void refuse(Failure failure) {
        if (!response.headWritten() && !response.closed()) {
            Failures.send(response, failure, OpenAiErrors.body(failure));
        }
        if (bodyEnded || response.closed()) {
            end();
        } else {
            discardingSince = System.nanoTime();
        }
    }

    /** The connection ended in the middle of the body, or what came is no body: then there is still time to say so. */
    private void broken(Throwable why) {
        boolean closed = why instanceof IOException || why instanceof VertxException;
        if (relay == null && !ended && !closed) {
            body = null;
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            refuse(Failure.invalid(
                    400, "The request's body is not valid HTTP/1.1: its chunks are malformed.", null, null));
            if (request.connection() instanceof VertxConnection open) {
                // Vert.x closes the connection when this returns, whether or not the answer has left
                open.flush();
            }
        }
        callerGone();
    }

    private void callerGone() {
        if (relay != null) {
            relay.callerGone();
        } else {
            body = null;
            end();
        }
    }

    /** Ends a call that runs; who is still sending one is answered when it is whole. */
    void abortCall() {
        if (relay != null) {
            relay.abort();
        }
    }

    /** Ends what still runs when the gateway stops. */
    void abort() {
        if (relay != null) {
            relay.abort();
        } else {
            request.connection().close();
            end();
        }
    }

    void tick(long now) {
        if (relay != null) {
            relay.tick(now);
        } else if (discardingSince != 0) {
            if (now - discardingSince > DISCARD) {
                request.connection().close();
                end();
            }
        } else if (body != null
                && now - receivedAt > loop.wiring().properties().bodyTimeout().toNanos()) {
            body = null;
            response.putHeader("connection", "close");
            refuse(Failure.invalid(
                    408,
                    "The request's body did not arrive within "
                            + loop.wiring().properties().bodyTimeout().toMillis() + " ms. Send it again.",
                    null,
                    "request_timeout"));
            request.connection().close();
        }
    }

    private void end() {
        if (!ended) {
            ended = true;
            loop.ended(this);
            if (entry == Running.Entry.IN) {
                loop.wiring().running().end();
            }
        }
    }
}
