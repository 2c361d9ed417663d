package io.souk.gateway.relay;

import io.souk.kernel.TokenCounts;
import java.util.Iterator;
import java.util.UUID;
import java.util.function.Consumer;

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

    /** The backends to try, best first. At least one. */
    Iterator<Route> routes();

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
