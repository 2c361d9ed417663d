package io.souk.access;

import io.souk.kernel.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The keys of every organisation, for gateways. */
@Component
public class KeyRoutes {
    private static final String SELECT =
            "select id, tenant_id, project_id, secret_hash, expires_at, revoked_at from access.api_keys ";

    private final JdbcClient system;

    KeyRoutes(@Qualifier("system") JdbcClient system) {
        this.system = system;
    }

    /** Every key that may still be used: not revoked. */
    public List<KeyRoute> all() {
        return system.sql(SELECT + "where revoked_at is null")
                .query(KeyRoutes::route)
                .list();
    }

    /** These keys as they are now, revoked ones too; those that do not exist are left out. */
    public List<KeyRoute> findAll(Collection<UUID> ids) {
        return system.sql(SELECT + "where id = any (?)")
                .param(ids.toArray(UUID[]::new))
                .query(KeyRoutes::route)
                .list();
    }

    /** The key with this hash (hexadecimal), revoked or not. */
    public Optional<KeyRoute> byHash(String hash) {
        return system.sql(SELECT + "where secret_hash = ?")
                .param(HexFormat.of().parseHex(hash))
                .query(KeyRoutes::route)
                .optional();
    }

    private static KeyRoute route(ResultSet row, int number) throws SQLException {
        return new KeyRoute(
                row.getObject("id", UUID.class),
                new TenantId(row.getObject("tenant_id", UUID.class)),
                row.getObject("project_id", UUID.class),
                HexFormat.of().formatHex(row.getBytes("secret_hash")),
                instant(row.getTimestamp("expires_at")),
                instant(row.getTimestamp("revoked_at")));
    }

    private static java.time.@Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
