package io.souk.identity;

import io.souk.kernel.TenantId;
import java.time.Instant;
import java.util.Set;

/**
 * A program of an organisation that gets tokens for the management API.
 *
 * @param clientId what it calls itself by, for ever
 * @param secretHash of its secret, as Spring Security's delegating encoder writes it
 * @param scopes what it may do at most
 */
public record TenantClient(
        String clientId, String secretHash, String name, TenantId tenant, Set<String> scopes, Instant createdAt) {}
