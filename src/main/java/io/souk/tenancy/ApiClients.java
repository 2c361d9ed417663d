package io.souk.tenancy;

import io.souk.identity.TenantClient;
import io.souk.identity.TenantClients;
import io.souk.kernel.Ids;
import io.souk.kernel.TenantId;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The programs of the bound organisation that get tokens for the management API by their id and secret. */
@Component
public class ApiClients implements TenantClients {
    /** What a program may be allowed, with what that means in a few words. */
    public static final Map<String, String> SCOPES = scopes();

    /** How many may work in one organisation at a time. */
    static final int MOST = 50;

    private final ApiClientRepository clients;
    private final AuditLog audit;
    private final PasswordEncoder encoder;
    private final JdbcClient system;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    ApiClients(
            ApiClientRepository clients,
            AuditLog audit,
            PasswordEncoder encoder,
            @Qualifier("system") JdbcClient system,
            Clock clock) {
        this.clients = clients;
        this.audit = audit;
        this.encoder = encoder;
        this.system = system;
        this.clock = clock;
    }

    private static Map<String, String> scopes() {
        Map<String, String> scopes = new LinkedHashMap<>();
        scopes.put("models.read", "list models and prices");
        scopes.put("subscriptions.write", "subscribe to models, and end subscriptions");
        scopes.put("keys.read", "list projects and API keys");
        scopes.put("keys.write", "create and revoke API keys");
        scopes.put("usage.read", "read usage and cost");
        scopes.put("billing.read", "read the balance");
        return java.util.Collections.unmodifiableMap(scopes);
    }

    /** All, revoked ones too, the newest first. */
    @Transactional(readOnly = true)
    public List<ApiClientView> list() {
        return clients.findAllByOrderByCreatedAtDesc().stream()
                .map(ApiClient::view)
                .toList();
    }

    /**
     * Makes a client.
     *
     * @param name 1 to 100 characters, for people
     * @param scopes at least one of {@link #SCOPES}
     * @return empty if fifty work already
     * @throws IllegalArgumentException if there is no scope or an unknown one
     */
    @Transactional
    public Optional<CreatedApiClient> create(String name, Set<String> scopes, UUID by) {
        if (scopes.isEmpty() || !SCOPES.keySet().containsAll(scopes)) {
            throw new IllegalArgumentException("Choose at least one of " + SCOPES.keySet() + ".");
        }
        if (clients.countByRevokedAtIsNull() >= MOST) {
            return Optional.empty();
        }
        String secret = random(32);
        ApiClient client = clients.saveAndFlush(new ApiClient(
                Ids.next(), "souk-" + random(12), name.strip(), scopes, encoder.encode(secret), by, clock.instant()));
        audit.record(by, "client.created", name.strip());
        return Optional.of(new CreatedApiClient(client.view(), secret));
    }

    /** Revokes a client for good; its tokens are refused from the next call on. */
    @Transactional
    public boolean revoke(UUID id, UUID by) {
        Optional<ApiClient> working = clients.findById(id).filter(client -> !client.isRevoked());
        working.ifPresent(client -> {
            client.revoke(clock.instant());
            audit.record(by, "client.revoked", client.view().name());
        });
        return working.isPresent();
    }

    @Override
    public Optional<TenantClient> active(String clientId) {
        return system.sql("select client_id, secret_hash, name, tenant_id, scopes, created_at from tenancy.api_clients "
                        + "where client_id = ? and revoked_at is null")
                .param(clientId)
                .query((row, _) -> new TenantClient(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        new TenantId(row.getObject(4, UUID.class)),
                        Set.of(row.getString(5).split(" ")),
                        row.getTimestamp(6).toInstant()))
                .optional();
    }

    private String random(int bytes) {
        byte[] secret = new byte[bytes];
        random.nextBytes(secret);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }
}
