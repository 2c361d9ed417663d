package io.souk.access;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.TenantId;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "access", name = "budgets")
class Budget {
    @Id
    private UUID id;

    @TenantId
    private UUID tenantId;

    private String scope;
    private UUID subjectId;
    private String period;
    private boolean hard;
    private long amountNanos;

    @JdbcTypeCode(SqlTypes.CHAR)
    private String currency;

    private @Nullable UUID setBy;
    private Instant setAt;

    @Version
    private @Nullable Long version;

    @SuppressWarnings("NullAway.Init")
    protected Budget() {}

    @SuppressWarnings("NullAway.Init")
    Budget(UUID id, Scope scope, UUID subjectId, BudgetPeriod period, String currency) {
        this.id = id;
        this.scope = scope.column();
        this.subjectId = subjectId;
        this.period = period.column();
        this.currency = currency;
    }

    void set(long nanos, boolean refuses, @Nullable UUID by, Instant now) {
        amountNanos = nanos;
        hard = refuses;
        setBy = by;
        setAt = now;
    }

    UUID id() {
        return id;
    }

    Scope scope() {
        return Scope.ofColumn(scope);
    }

    UUID subjectId() {
        return subjectId;
    }

    BudgetPeriod period() {
        return BudgetPeriod.ofColumn(period);
    }

    boolean isHard() {
        return hard;
    }

    long amountNanos() {
        return amountNanos;
    }

    String currency() {
        return currency;
    }
}
