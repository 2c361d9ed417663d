package io.souk.tenancy.events;

import io.souk.kernel.TenantId;
import java.util.UUID;

/** There is a new organisation; published inside its transaction, in which the tenant is bound. @param accountId its owner */
public record OrganisationCreated(TenantId tenant, String name, UUID accountId) {}
