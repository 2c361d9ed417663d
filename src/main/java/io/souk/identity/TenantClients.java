package io.souk.identity;

import java.util.Optional;

/** Where the authorization server finds the programs of organisations; whoever keeps organisations implements it. */
public interface TenantClients {
    /** The client if there is one that is not revoked. */
    Optional<TenantClient> active(String clientId);
}
