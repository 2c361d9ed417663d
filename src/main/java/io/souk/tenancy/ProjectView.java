package io.souk.tenancy;

import java.time.Instant;
import java.util.UUID;

/** A project of an organisation: what keys belong to. */
public record ProjectView(UUID id, String name, Instant createdAt) {}
