package io.souk.tenancy;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

/** The account's id identifies a member within the organisation that is bound; no session ever holds two of those. */
@Entity
@Table(schema = "tenancy", name = "members")
class Member {
    @Id
    private UUID accountId;

    @TenantId
    private UUID tenantId;

    private String role;
    private Instant joinedAt;

    @Version
    private @Nullable Long version;

    @SuppressWarnings("NullAway.Init")
    protected Member() {}

    @SuppressWarnings("NullAway.Init")
    Member(UUID accountId, MemberRole role, Instant joinedAt) {
        this.accountId = accountId;
        this.role = role.column();
        this.joinedAt = joinedAt;
    }

    UUID accountId() {
        return accountId;
    }

    MemberRole role() {
        return MemberRole.ofColumn(role);
    }

    boolean isOwner() {
        return role() == MemberRole.OWNER;
    }

    void become(MemberRole role) {
        this.role = role.column();
    }

    Instant joinedAt() {
        return joinedAt;
    }
}
