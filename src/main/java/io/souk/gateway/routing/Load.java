package io.souk.gateway.routing;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one gateway knows of a backend at one moment.
 *
 * @param running calls that it has now
 * @param room the most calls that it may have at once
 * @param recent tries that the breaker looks back on
 * @param failed of those, how many failed
 * @param restsUntil until when it asked to be left alone, null if it did not
 * @param lastFailure in a few words, null if there was none
 * @param lastFailureAt null if there was none
 */
public record Load(
        UUID backendId,
        State state,
        int running,
        int room,
        int recent,
        int failed,
        @Nullable Instant restsUntil,
        @Nullable String lastFailure,
        @Nullable Instant lastFailureAt) {

    /** The breaker's state. */
    public enum State {
        /** Calls are sent to it. */
        CLOSED,
        /** It failed too often: no call is sent to it for a while. */
        OPEN,
        /** A few calls are sent to it, to see whether it works again. */
        HALF_OPEN
    }
}
