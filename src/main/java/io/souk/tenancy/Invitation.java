package io.souk.tenancy;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "tenancy", name = "invitations")
class Invitation {
    @Id
    private UUID id;

    @TenantId
    private UUID tenantId;

    private String email;
    private String role;
    private byte[] tokenHash;
    private UUID invitedBy;
    private Instant createdAt;
    private Instant expiresAt;
    private @Nullable Instant acceptedAt;
    private @Nullable Instant revokedAt;

    @Version
    private @Nullable Long version;

    @SuppressWarnings("NullAway.Init")
    protected Invitation() {}

    @SuppressWarnings("NullAway.Init")
    Invitation(
            UUID id,
            String email,
            MemberRole role,
            byte[] tokenHash,
            UUID invitedBy,
            Instant createdAt,
            Instant expiresAt) {
        this.id = id;
        this.email = email;
        this.role = role.column();
        this.tokenHash = tokenHash;
        this.invitedBy = invitedBy;
        this.createdAt = createdAt;
        this.expiresAt = expiresAt;
    }

    boolean isOpen(Instant now) {
        return acceptedAt == null && revokedAt == null && expiresAt.isAfter(now);
    }

    void accept(Instant now) {
        acceptedAt = now;
    }

    void revoke(Instant now) {
        revokedAt = now;
    }

    String email() {
        return email;
    }

    MemberRole role() {
        return MemberRole.ofColumn(role);
    }

    InvitationView view() {
        return new InvitationView(id, email, role(), createdAt, expiresAt);
    }
}
