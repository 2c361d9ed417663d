package io.souk.supply;

import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A backend as admins see it: everything but its credential.
 *
 * @param baseUrl what stands before {@code /chat/completions}, without a slash at its end
 * @param priority 1 is asked first
 * @param weight share among backends of the same priority
 * @param maxCalls calls at once from each gateway; null for the gateway's own number
 */
public record BackendView(
        UUID id,
        UUID offerId,
        String name,
        URI baseUrl,
        String dialect,
        String upstreamModel,
        boolean hasCredential,
        int priority,
        int weight,
        @Nullable Integer maxCalls,
        boolean enabled,
        Health health) {

    /**
     * What the probes say.
     *
     * @param since when it became so, null while unknown
     * @param checkedAt the last probe
     * @param latencyMs of the last probe that succeeded
     * @param problem why the last probe failed, in words for an admin
     */
    public record Health(
            State state,
            @Nullable Instant since,
            @Nullable Instant checkedAt,
            @Nullable Integer latencyMs,
            @Nullable String problem) {
        static final Health UNKNOWN = new Health(State.UNKNOWN, null, null, null, null);
    }

    /** Whether a backend answers. */
    public enum State {
        UP,
        DOWN,
        UNKNOWN
    }
}
