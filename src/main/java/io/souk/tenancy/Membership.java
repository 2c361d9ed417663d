package io.souk.tenancy;

import io.souk.kernel.TenantId;

/** An organisation that somebody is a member of. */
public record Membership(TenantId tenant, String organisation, MemberRole role) {}
