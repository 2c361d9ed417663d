package io.souk.access;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "access", name = "rate_limits")
class RateLimit {
    @Id
    private UUID id;

    @TenantId
    private UUID tenantId;

    private String scope;
    private UUID subjectId;
    private long requestsPerMinute;
    private long tokensPerMinute;
    private int concurrentCalls;
    private @Nullable UUID setBy;
    private Instant setAt;

    @Version
    private @Nullable Long version;

    @SuppressWarnings("NullAway.Init")
    protected RateLimit() {}

    @SuppressWarnings("NullAway.Init")
    RateLimit(UUID id, Scope scope, UUID subjectId) {
        this.id = id;
        this.scope = scope.column();
        this.subjectId = subjectId;
    }

    void set(Limits limits, @Nullable UUID by, Instant now) {
        requestsPerMinute = limits.requestsPerMinute();
        tokensPerMinute = limits.tokensPerMinute();
        concurrentCalls = limits.concurrentCalls();
        setBy = by;
        setAt = now;
    }

    Limits limits() {
        return new Limits(requestsPerMinute, tokensPerMinute, concurrentCalls);
    }
}
