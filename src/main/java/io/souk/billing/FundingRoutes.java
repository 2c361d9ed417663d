package io.souk.billing;

import io.souk.kernel.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What pays for calls, of every organisation, for gateways. */
@Component
public class FundingRoutes {
    /** Credit that was given and is used up or has expired pays no more; what expires first is spent first. */
    private static final String SELECT = """
        select a.tenant_id, a.currency, array_agg(c.id order by
                   case c.kind when 'promo' then 0 when 'wallet' then 1 else 2 end, p.expires_at nulls last, c.id) as counters
        from billing.accounts a join billing.counters c on c.tenant_id = a.tenant_id and c.currency = a.currency
        left join billing.promotions p on p.tenant_id = c.tenant_id and p.counter_id = c.id
        where (c.kind = 'wallet' or a.mode = 'postpaid' and c.kind = 'credit_line'
               or c.kind = 'promo' and p.expired_at is null and c.spent_nanos < c.limit_nanos)\
        """;

    private final JdbcClient system;

    FundingRoutes(@Qualifier("system") JdbcClient system) {
        this.system = system;
    }

    public List<FundingRoute> all() {
        return system.sql(SELECT + " group by a.tenant_id, a.currency")
                .query(FundingRoutes::route)
                .list();
    }

    /** Those of these organisations that have an account. */
    public List<FundingRoute> findAll(Collection<UUID> tenants) {
        return system.sql(SELECT + " and a.tenant_id = any (?) group by a.tenant_id, a.currency")
                .param(tenants.toArray(UUID[]::new))
                .query(FundingRoutes::route)
                .list();
    }

    private static FundingRoute route(ResultSet row, int number) throws SQLException {
        return new FundingRoute(
                new TenantId(row.getObject("tenant_id", UUID.class)), row.getString("currency"), List.of((UUID[])
                        row.getArray("counters").getArray()));
    }
}
