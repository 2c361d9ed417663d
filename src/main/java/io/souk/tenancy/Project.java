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
@Table(schema = "tenancy", name = "projects")
class Project {
    @Id
    private UUID id;

    @TenantId
    private UUID tenantId;

    private String name;
    private Instant createdAt;

    @Version
    private @Nullable Long version;

    @SuppressWarnings("NullAway.Init")
    protected Project() {}

    @SuppressWarnings("NullAway.Init")
    Project(UUID id, String name, Instant createdAt) {
        this.id = id;
        this.name = name;
        this.createdAt = createdAt;
    }

    ProjectView view() {
        return new ProjectView(id, name, createdAt);
    }
}
