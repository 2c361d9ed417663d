package io.souk.identity.events;

import java.util.UUID;

/** Somebody signed up with an address that has an account already; only its owner is told. */
public record SignUpRepeated(UUID accountId, String email, String name, String signInLink, String resetLink) {}
