package io.souk.tenancy;

import io.souk.kernel.TenantId;
import java.time.Instant;

/** An organisation. */
public record OrganisationView(TenantId id, String name, Instant createdAt) {}
