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
@Table(schema = "tenancy", name = "organisations")
class Organisation {
    @Id
    private UUID id;

    @TenantId
    private UUID tenantId;

    private String name;
    private Instant createdAt;

    @Version
    private @Nullable Long version;

    @SuppressWarnings("NullAway.Init")
    protected Organisation() {}

    @SuppressWarnings("NullAway.Init")
    Organisation(UUID id, String name, Instant createdAt) {
        this.id = id;
        this.name = name;
        this.createdAt = createdAt;
    }

    void rename(String name) {
        this.name = name;
    }

    OrganisationView view() {
        return new OrganisationView(new io.souk.kernel.TenantId(id), name, createdAt);
    }
}
