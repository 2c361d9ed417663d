package io.souk.tenancy;

import io.souk.kernel.TenantId;
import java.util.Set;

/** The program that makes a request to the management API; its handlers take it as a parameter. */
public record CurrentClient(String clientId, String name, TenantId tenant, Set<String> scopes) {}
