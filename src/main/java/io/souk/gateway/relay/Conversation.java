package io.souk.gateway.relay;

import java.util.function.BiConsumer;

/** One request in a caller's dialect: what to send to a backend, and how to read what comes back. */
public interface Conversation {
    Operation operation();

    boolean stream();

    /** Bytes of the request's body. */
    long inputBytes();

    /** Bytes of the request's body, or {@link Long#MAX_VALUE} if it refers to input outside itself, as images do. */
    long inputBound();

    /** How many answers are wanted, at least 1. */
    int choices();

    /** Counts the prompt by our own tokenizer. Never on an event loop. */
    long promptTokens();

    /** What stands behind the route's base path. */
    String path();

    /** The request for this backend. @param outputCap see {@link CallHandle#outputCap()} */
    byte[] body(Route route, int outputCap);

    /** The same, as pieces that need no copy of their own where the dialect can do so. */
    default Upload upload(Route route, int outputCap) {
        return new Upload().add(body(route, outputCap));
    }

    /** Reads a good answer of this backend, from its start. */
    Answer answer(Route route);

    /** What a caller is told of a backend's error answer; never holds the backend's credential. */
    Failure upstreamFailure(Route route, int status, byte[] body);

    /** The body of an error answer. */
    byte[] error(Failure failure);

    /** A failure inside a stream, as the stream's own event. */
    byte[] errorEvent(Failure failure);

    /** The name by which the caller knows the model. */
    String model();

    /** The headers by which this dialect tells where limits stand. */
    default void standing(RateStanding standing, BiConsumer<String, String> headers) {
        standing.forEachHeader(headers);
    }

    /** What was refused, in the caller's dialect. */
    Failure refusal(Opened.Refused refused);
}
