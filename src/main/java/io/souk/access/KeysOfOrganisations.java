package io.souk.access;

import io.souk.kernel.TenantId;
import io.souk.tenancy.OrganisationContributor;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** An organisation's keys for whoever runs this Souk: by name and first characters, as its own people see them. */
@Component
class KeysOfOrganisations implements OrganisationContributor {
    private static final int MOST = 100;

    private final JdbcClient system;
    private final Clock clock;

    KeysOfOrganisations(@Qualifier("system") JdbcClient system, Clock clock) {
        this.system = system;
        this.clock = clock;
    }

    @Override
    public List<Section> sections(TenantId tenant) {
        Instant now = clock.instant();
        List<List<Cell>> rows = system.sql("""
            select k.name, k.start, p.name as project, k.created_at, k.expires_at, k.revoked_at
            from access.api_keys k join tenancy.projects p on p.tenant_id = k.tenant_id and p.id = k.project_id
            where k.tenant_id = ? and k.kind = 'issued' order by k.created_at desc, k.id desc limit ?\
            """)
                .params(tenant.value(), MOST)
                .query((row, _) -> List.of(
                        Cell.text(row.getString("name")),
                        Cell.text(row.getString("start") + "…"),
                        Cell.text(row.getString("project")),
                        state(row.getTimestamp("expires_at"), row.getTimestamp("revoked_at"), now),
                        Cell.at(row.getTimestamp("created_at").toInstant()),
                        Cell.at(instant(row.getTimestamp("expires_at")))))
                .list();
        return List.of(new Section(
                20,
                "keys",
                "API keys",
                List.of(
                        Column.of("Name"),
                        Column.of("Begins with"),
                        Column.of("Project"),
                        Column.of("State"),
                        Column.of("Created"),
                        Column.of("Expires")),
                rows,
                "No key was made yet.",
                Cell.link("Limits", "/admin/organisations/" + tenant + "/limits")));
    }

    private static Cell state(@Nullable Timestamp expiresAt, @Nullable Timestamp revokedAt, Instant now) {
        if (revokedAt != null) {
            return Cell.state("quiet", "Revoked");
        }
        return expiresAt != null && !expiresAt.toInstant().isAfter(now)
                ? Cell.state("warn", "Expired")
                : Cell.state("good", "Active");
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
