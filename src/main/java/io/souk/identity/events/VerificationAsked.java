package io.souk.identity.events;

import java.time.Instant;
import java.util.UUID;

/** A person must prove that the address is theirs; published inside the transaction. @param link works once, until then */
public record VerificationAsked(UUID accountId, String email, String name, String link, Instant until) {}
