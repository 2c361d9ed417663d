package io.souk.tenancy;

import java.time.Instant;
import java.util.UUID;

/** An invitation that is open. */
public record InvitationView(UUID id, String email, MemberRole role, Instant createdAt, Instant expiresAt) {}
