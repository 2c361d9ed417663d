package io.souk.tenancy;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A program of an organisation that calls the management API. @param revokedAt null while it works */
public record ApiClientView(
        UUID id,
        String clientId,
        String name,
        Set<String> scopes,
        Instant createdAt,
        @Nullable Instant revokedAt) {}
