package io.souk.gateway.relay;

import io.souk.gateway.routing.Tried;
import io.souk.kernel.TokenCounts;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One admitted call, from its first byte upstream to its end. Used by one thread, the {@code loop} it was opened with;
 * every callback runs there. No method blocks.
 */
public interface CallHandle {
    UUID callId();

    /** Where the limits that this call counts against stand now. */
    default RateStanding standing() {
        return RateStanding.NONE;
    }

    /** The most output tokens per choice, sent upstream; zero where there is no output to cap. */
    int outputCap();

    /**
     * The output tokens, over all choices, that what is held pays for. {@link Long#MAX_VALUE} if it pays for everything
     * that was asked of the backend: then the hold need not grow.
     */
    long coveredTokens();

    /** Output tokens, over all choices, by which the hold is to grow; at least one. */
    long sliceTokens();

    /**
     * Holds more for a stream and puts that on record. One at a time.
     *
     * @param tokens output tokens, over all choices, above zero
     */
    void extend(long tokens, Consumer<Extension> then);

    /** The backend to try next, with a place taken there; null if there is none that can take the call. */
    @Nullable
    Route nextRoute();

    /** Why {@link #nextRoute} gave none. */
    Opened.Refused noRoute();

    /** What the present try told of its backend so far; the try goes on. */
    void noteTry(Tried tried);

    /** The present try is over and its place free. @param untold what it told, in case that nothing was noted before */
    void leaveTry(Tried untold);

    /** Journals a try. The bytes of the try go up when {@code acknowledged} runs. */
    void attempt(Route route, Runnable acknowledged);

    /**
     * Journals what the caller's socket has taken so far, so that a crash charges no less and no more.
     *
     * @param cumulative all counts since the call began
     * @param bytesRelayed all bytes of the answer's body written to the caller since the call began
     */
    void checkpoint(TokenCounts cumulative, long bytesRelayed);

    /**
     * Journals the end, which releases what was held and not used. Called exactly once.
     *
     * @param acknowledged is given true when the end is on record: only then may the caller have the last piece of the
     *     answer. False means that it could not be recorded: the caller's connection is cut and recovery settles
     */
    void close(CallEnd end, Consumer<Boolean> acknowledged);
}
