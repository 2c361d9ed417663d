package io.souk.subscriptions;

import io.souk.kernel.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The subscriptions of every organisation, for gateways. */
@Component
public class SubscriptionRoutes {
    private static final String SELECT =
            "select tenant_id, id, offer_id, ended_at is null as active from subscriptions.subscriptions ";

    private final JdbcClient system;

    SubscriptionRoutes(@Qualifier("system") JdbcClient system) {
        this.system = system;
    }

    /** Every active one. */
    public List<SubscriptionRoute> all() {
        return system.sql(SELECT + "where ended_at is null")
                .query(SubscriptionRoutes::route)
                .list();
    }

    /**
     * For each of these, what its organisation has of its offer now: another subscription may have followed one that
     * ended.
     */
    public List<SubscriptionRoute> findAll(Collection<UUID> ids) {
        return system.sql("""
            select distinct on (s.tenant_id, s.offer_id) s.tenant_id, s.id, s.offer_id, s.ended_at is null as active
            from subscriptions.subscriptions s
            join subscriptions.subscriptions changed using (tenant_id, offer_id)
            where changed.id = any (?)
            order by s.tenant_id, s.offer_id, s.ended_at is null desc\
            """)
                .param(ids.toArray(UUID[]::new))
                .query(SubscriptionRoutes::route)
                .list();
    }

    private static SubscriptionRoute route(ResultSet row, int number) throws SQLException {
        return new SubscriptionRoute(
                new TenantId(row.getObject("tenant_id", UUID.class)),
                row.getObject("id", UUID.class),
                row.getObject("offer_id", UUID.class),
                row.getBoolean("active"));
    }
}
