package io.souk.identity.events;

import java.util.UUID;

/** A person came for the first time by way of another provider and has an account now; published after its commit. */
public record SignedInByProvider(UUID accountId, String email, String name) {}
