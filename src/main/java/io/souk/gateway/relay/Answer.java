package io.souk.gateway.relay;

import io.souk.gateway.dialect.Bytes;
import io.souk.gateway.metering.ProviderUsage;
import org.jspecify.annotations.Nullable;

/**
 * Reads a backend's answer as it comes and rewrites it for the caller. Everything that it appends may be relayed at
 * once; it keeps back the terminal piece.
 */
public interface Answer {
    /** Reads {@code bytes[from, to)}, of which nothing is kept. @throws BadAnswer if this is no answer */
    void take(byte[] bytes, int from, int to, Bytes out);

    /** Reads on. @throws BadAnswer if this is no answer */
    default void take(byte[] bytes, Bytes out) {
        take(bytes, 0, bytes.length, out);
    }

    /** The backend's answer ended. @throws BadAnswer if it is not whole */
    void finish(Bytes out);

    /** Whether the terminal piece was read, so that nothing more is wanted from the backend. */
    boolean isComplete();

    /** What the provider says it used, null if it has not said. */
    @Nullable
    ProviderUsage usage();

    /** The text that was answered so far, for our own tokenizer. */
    AnswerText text();

    /** Appends what belongs right before the terminal piece. @param usage what the call is charged for */
    void beforeEnd(ProviderUsage usage, Bytes out);

    /** Appends the terminal piece itself. */
    void end(Bytes out);

    /**
     * Appends what ends a stream early and still cleanly, the terminal piece included: to the caller's program it is an
     * answer that reached its limit of length.
     *
     * @param charged what the call is charged for
     */
    void stop(ProviderUsage charged, Bytes out);
}
