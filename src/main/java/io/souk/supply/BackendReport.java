package io.souk.supply;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a backend does, as one gateway sees it.
 *
 * @param running calls that this gateway has there now
 * @param room the most that it may have there at once
 * @param recent tries that it looks back on
 * @param failed of those, how many failed
 * @param restsUntil until when the backend asked to be left alone, null if it did not
 * @param lastFailure in a few words, null if there was none
 */
public record BackendReport(
        UUID backendId,
        Breaker breaker,
        int running,
        int room,
        int recent,
        int failed,
        @Nullable Instant restsUntil,
        @Nullable String lastFailure,
        @Nullable Instant lastFailureAt) {

    /** Whether a gateway sends calls to a backend. */
    public enum Breaker {
        CLOSED,
        OPEN,
        HALF_OPEN;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A report beside who made it and when. */
    public record Seen(UUID gatewayId, String gateway, Instant reportedAt, boolean stale, BackendReport report) {}
}
