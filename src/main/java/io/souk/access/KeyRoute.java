package io.souk.access;

import io.souk.kernel.TenantId;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway knows of a key.
 *
 * @param hash SHA-256 of the key, in hexadecimal
 */
public record KeyRoute(
        UUID id,
        TenantId tenant,
        UUID projectId,
        String hash,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {
    /** The form of {@link #hash} for a presented key. */
    public static String hashOf(String key) {
        return HexFormat.of().formatHex(KeySecret.hash(key));
    }
}
