package io.souk.tenancy;

import io.souk.kernel.TenantId;

/** What somebody who holds the link of an open invitation may see. */
public record InvitationOffer(TenantId tenant, String organisation, String email, MemberRole role) {}
