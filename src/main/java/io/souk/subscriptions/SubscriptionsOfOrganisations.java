package io.souk.subscriptions;

import io.souk.kernel.TenantId;
import io.souk.tenancy.OrganisationContributor;
import java.sql.Timestamp;
import java.util.List;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What an organisation is and was subscribed to, for whoever runs this Souk. */
@Component
class SubscriptionsOfOrganisations implements OrganisationContributor {
    private static final int MOST = 100;

    private final JdbcClient system;

    SubscriptionsOfOrganisations(@Qualifier("system") JdbcClient system) {
        this.system = system;
    }

    @Override
    public List<Section> sections(TenantId tenant) {
        List<List<Cell>> rows = system.sql("""
            select o.id, o.model, s.subscribed_at, s.ended_at
            from subscriptions.subscriptions s join catalog.offers o on o.id = s.offer_id
            where s.tenant_id = ? order by s.ended_at is not null, s.subscribed_at desc limit ?\
            """)
                .params(tenant.value(), MOST)
                .query((row, _) -> {
                    Timestamp endedAt = row.getTimestamp("ended_at");
                    return List.of(
                            Cell.link(
                                    row.getString("model"),
                                    "/admin/models/" + row.getObject("id", UUID.class) + "/review"),
                            endedAt == null ? Cell.state("good", "Active") : Cell.state("quiet", "Ended"),
                            Cell.at(row.getTimestamp("subscribed_at").toInstant()),
                            Cell.at(endedAt == null ? null : endedAt.toInstant()));
                })
                .list();
        return List.of(new Section(
                30,
                "subscriptions",
                "Subscriptions",
                List.of(Column.of("Model"), Column.of("State"), Column.of("Since"), Column.of("Ended")),
                rows,
                "It is subscribed to nothing yet.",
                null));
    }
}
