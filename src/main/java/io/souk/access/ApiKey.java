package io.souk.access;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "access", name = "api_keys")
class ApiKey {
    enum Kind {
        ISSUED,
        PORTAL
    }

    @Id
    private UUID id;

    @TenantId
    private UUID tenantId;

    private UUID projectId;
    private String name;

    @Column(name = "start")
    private String start;

    private byte[] secretHash;
    private String kind;
    private byte @Nullable [] sealed;
    private @Nullable UUID createdBy;
    private Instant createdAt;
    private @Nullable Instant expiresAt;
    private @Nullable Instant revokedAt;

    @Version
    private long version;

    @SuppressWarnings("NullAway.Init")
    protected ApiKey() {}

    @SuppressWarnings("NullAway.Init")
    ApiKey(
            UUID id,
            UUID projectId,
            String name,
            String secret,
            Kind kind,
            byte @Nullable [] sealed,
            @Nullable UUID createdBy,
            Instant createdAt,
            @Nullable Instant expiresAt) {
        this.id = id;
        this.projectId = projectId;
        this.name = name;
        this.start = secret.substring(0, KeySecret.PREFIX.length() + 4);
        this.secretHash = KeySecret.hash(secret);
        this.kind = kind.name().toLowerCase(java.util.Locale.ROOT);
        this.sealed = sealed;
        this.createdBy = createdBy;
        this.createdAt = createdAt;
        this.expiresAt = expiresAt;
    }

    /** Revoking twice keeps the first time. */
    void revoke(Instant now) {
        if (revokedAt == null) {
            revokedAt = now;
        }
    }

    UUID id() {
        return id;
    }

    String name() {
        return name;
    }

    boolean isPortal() {
        return kind.equals("portal");
    }

    byte @Nullable [] sealed() {
        return sealed;
    }

    ApiKeyView view(Instant now) {
        return new ApiKeyView(id, projectId, name, start, isPortal(), createdAt, expiresAt, revokedAt, state(now));
    }

    private ApiKeyView.State state(Instant now) {
        if (revokedAt != null) {
            return ApiKeyView.State.REVOKED;
        }
        return expiresAt != null && !expiresAt.isAfter(now) ? ApiKeyView.State.EXPIRED : ApiKeyView.State.ACTIVE;
    }
}
