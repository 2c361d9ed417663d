package io.souk.tenancy;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who has an account, for whoever runs this Souk.
 *
 * @param organisations of how many they are a member
 * @param organisation the one joined first, null if there is none
 */
public record PersonOverview(
        UUID accountId,
        String email,
        String name,
        boolean verified,
        boolean platformAdmin,
        Instant createdAt,
        int organisations,
        @Nullable UUID organisation,
        @Nullable String organisationName) {}
