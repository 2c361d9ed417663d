package io.souk.supply;

import io.souk.platform.Secrets;
import io.souk.platform.SecretsLost;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Backends with their credentials, for gateways. */
@Component
public class BackendRoutes {
    /** The purpose that backends' credentials are sealed for. */
    static final String PURPOSE = "backend-credential";

    private static final Logger log = LoggerFactory.getLogger(BackendRoutes.class);

    private final JdbcClient system;
    private final Secrets secrets;

    BackendRoutes(@Qualifier("system") JdbcClient system, Secrets secrets) {
        this.system = system;
        this.secrets = secrets;
    }

    /** The enabled backends of these offers, the preferred first. One whose credential is lost counts as down. */
    public List<BackendRoute> of(Collection<UUID> offers) {
        return system.sql("""
            select b.id, b.offer_id, b.base_url, b.dialect, b.upstream_model, b.credential, b.priority, b.weight,
                   b.max_calls, coalesce(h.state, 'up') = 'up' as up
            from supply.backends b left join supply.backend_health h on h.backend_id = b.id
            where b.offer_id = any (?) and b.enabled order by b.priority, b.weight desc, b.id\
            """)
                .param(offers.toArray(UUID[]::new))
                .query((row, number) -> {
                    UUID id = row.getObject("id", UUID.class);
                    byte[] sealed = row.getBytes("credential");
                    @Nullable String credential = sealed == null ? null : open(id, sealed);
                    return new BackendRoute(
                            id,
                            row.getObject("offer_id", UUID.class),
                            URI.create(row.getString("base_url")),
                            row.getString("dialect"),
                            row.getString("upstream_model"),
                            credential,
                            row.getInt("priority"),
                            row.getInt("weight"),
                            row.getObject("max_calls", Integer.class),
                            row.getBoolean("up") && (sealed == null || credential != null));
                })
                .list();
    }

    private @Nullable String open(UUID id, byte[] sealed) {
        try {
            return new String(secrets.open(sealed, PURPOSE), StandardCharsets.UTF_8);
        } catch (SecretsLost lost) {
            log.error("the credential of backend {} cannot be opened: {}", id, lost.getMessage());
            return null;
        }
    }
}
