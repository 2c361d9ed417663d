package io.souk.identity.events;

import java.util.UUID;

/** The password was changed or reset; published inside the transaction. */
public record PasswordChanged(UUID accountId, String email, String name, String resetLink) {}
