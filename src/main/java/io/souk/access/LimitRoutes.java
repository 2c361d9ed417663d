package io.souk.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The limits of every organisation and of every model, for gateways. */
@Component
public class LimitRoutes {
    private static final String SELECT = """
        select scope, subject_id, requests_per_minute, tokens_per_minute, concurrent_calls from (
            select scope, subject_id, requests_per_minute, tokens_per_minute, concurrent_calls
            from access.rate_limits
            union all
            select 'model', offer_id, requests_per_minute, tokens_per_minute, concurrent_calls
            from access.model_limits
        ) as limits\
        """;

    private final JdbcClient system;

    LimitRoutes(@Qualifier("system") JdbcClient system) {
        this.system = system;
    }

    public List<LimitRoute> all() {
        return system.sql(SELECT).query(LimitRoutes::route).list();
    }

    /** Those of these subjects that have limits. */
    public List<LimitRoute> findAll(Collection<UUID> subjects) {
        return system.sql(SELECT + " where subject_id = any (?)")
                .param(subjects.toArray(UUID[]::new))
                .query(LimitRoutes::route)
                .list();
    }

    private static LimitRoute route(ResultSet row, int number) throws SQLException {
        return new LimitRoute(
                Scope.ofColumn(row.getString("scope")),
                row.getObject("subject_id", UUID.class),
                new Limits(
                        row.getLong("requests_per_minute"),
                        row.getLong("tokens_per_minute"),
                        row.getInt("concurrent_calls")));
    }
}
