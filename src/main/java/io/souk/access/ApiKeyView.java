package io.souk.access;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An API key as people see it after it was made.
 *
 * @param start the first characters of the key, enough to recognise it
 * @param portal whether it is the portal's own key behind "Try it"
 */
public record ApiKeyView(
        UUID id,
        UUID projectId,
        String name,
        String start,
        boolean portal,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        State state) {
    public enum State {
        ACTIVE,
        EXPIRED,
        REVOKED
    }
}
