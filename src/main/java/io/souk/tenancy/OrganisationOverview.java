package io.souk.tenancy;

import io.souk.kernel.TenantId;
import java.time.Instant;

/** An organisation, for whoever runs this Souk. @param owner the e-mail address of its first owner */
public record OrganisationOverview(TenantId id, String name, Instant createdAt, int members, String owner) {}
