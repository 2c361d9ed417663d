package io.souk.tenancy;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "tenancy", name = "api_clients")
class ApiClient {
    @Id
    private UUID id;

    @TenantId
    private UUID tenantId;

    private String clientId;
    private String name;
    private String scopes;
    private String secretHash;
    private UUID createdBy;
    private Instant createdAt;
    private @Nullable Instant revokedAt;

    @Version
    private @Nullable Long version;

    @SuppressWarnings("NullAway.Init")
    protected ApiClient() {}

    @SuppressWarnings("NullAway.Init")
    ApiClient(
            UUID id,
            String clientId,
            String name,
            Set<String> scopes,
            String secretHash,
            UUID createdBy,
            Instant createdAt) {
        this.id = id;
        this.clientId = clientId;
        this.name = name;
        this.scopes = String.join(" ", new TreeSet<>(scopes));
        this.secretHash = secretHash;
        this.createdBy = createdBy;
        this.createdAt = createdAt;
    }

    boolean isRevoked() {
        return revokedAt != null;
    }

    void revoke(Instant now) {
        revokedAt = now;
    }

    ApiClientView view() {
        return new ApiClientView(id, clientId, name, Set.of(scopes.split(" ")), createdAt, revokedAt);
    }
}
