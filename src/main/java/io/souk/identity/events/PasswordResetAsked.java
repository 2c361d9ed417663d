package io.souk.identity.events;

import java.time.Instant;
import java.util.UUID;

/** Somebody asked to reset the password; published inside the transaction. @param link works once, until then */
public record PasswordResetAsked(UUID accountId, String email, String name, String link, Instant until) {}
