package io.souk.tenancy;

import java.time.Instant;
import java.util.UUID;

/** A member, for a page. */
public record MemberView(UUID accountId, String email, String name, MemberRole role, Instant joinedAt) {}
