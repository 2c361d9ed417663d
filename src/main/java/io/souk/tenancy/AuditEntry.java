package io.souk.tenancy;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

@Entity
@Immutable
@Table(schema = "tenancy", name = "audit_log")
class AuditEntry {
    @Id
    private UUID id;

    @TenantId
    private UUID tenantId;

    private @Nullable UUID accountId;
    private String action;
    private String subject;
    private Instant recordedAt;

    @SuppressWarnings("NullAway.Init")
    protected AuditEntry() {}

    @SuppressWarnings("NullAway.Init")
    AuditEntry(UUID id, @Nullable UUID accountId, String action, String subject, Instant recordedAt) {
        this.id = id;
        this.accountId = accountId;
        this.action = action;
        this.subject = subject;
        this.recordedAt = recordedAt;
    }

    @Nullable
    UUID accountId() {
        return accountId;
    }

    String action() {
        return action;
    }

    String subject() {
        return subject;
    }

    Instant recordedAt() {
        return recordedAt;
    }
}
