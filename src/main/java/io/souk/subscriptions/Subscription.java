package io.souk.subscriptions;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "subscriptions", name = "subscriptions")
class Subscription {
    @TenantId
    private UUID tenantId;

    @Id
    private UUID id;

    private UUID offerId;
    private String plan;
    private @Nullable UUID subscribedBy;
    private Instant subscribedAt;
    private @Nullable Instant endedAt;

    @Version
    private long version;

    @SuppressWarnings("NullAway.Init")
    protected Subscription() {}

    /** Ending twice keeps the first time. */
    void end(Instant now) {
        if (endedAt == null) {
            endedAt = now;
        }
    }

    SubscriptionView view() {
        return new SubscriptionView(id, offerId, subscribedAt, endedAt);
    }
}
