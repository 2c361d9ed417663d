package io.souk.access;

import io.souk.kernel.Money;
import io.souk.kernel.TenantId;
import io.souk.tenancy.OrganisationContributor;
import java.util.List;
import java.util.Locale;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** An organisation's limits and budgets for whoever runs this Souk. */
@Component
class LimitsOfOrganisations implements OrganisationContributor {
    private static final int MOST = 100;

    private final JdbcClient system;

    LimitsOfOrganisations(@Qualifier("system") JdbcClient system) {
        this.system = system;
    }

    @Override
    public List<Section> sections(TenantId tenant) {
        List<List<Cell>> limits = system.sql("""
            select l.scope, coalesce(k.name, p.name, '') as name,
                   l.requests_per_minute, l.tokens_per_minute, l.concurrent_calls
            from access.rate_limits l
            left join access.api_keys k on k.tenant_id = l.tenant_id and k.id = l.subject_id
            left join tenancy.projects p on p.tenant_id = l.tenant_id and p.id = l.subject_id
            where l.tenant_id = ? order by l.scope desc, 2 limit ?\
            """)
                .params(tenant.value(), MOST)
                .query((row, _) -> List.of(
                        Cell.text(whose(row.getString("scope"), row.getString("name"))),
                        number(row.getLong("requests_per_minute")),
                        number(row.getLong("tokens_per_minute")),
                        number(row.getLong("concurrent_calls"))))
                .list();
        List<List<Cell>> budgets = system.sql("""
            select b.scope, coalesce(k.name, p.name, '') as name, b.period, b.hard, b.amount_nanos, b.currency
            from access.budgets b
            left join access.api_keys k on k.tenant_id = b.tenant_id and k.id = b.subject_id
            left join tenancy.projects p on p.tenant_id = b.tenant_id and p.id = b.subject_id
            where b.tenant_id = ? order by b.scope desc, 2, b.period limit ?\
            """)
                .params(tenant.value(), MOST)
                .query((row, _) -> List.of(
                        Cell.text(whose(row.getString("scope"), row.getString("name"))),
                        Cell.text(BudgetPeriod.ofColumn(row.getString("period")).words()),
                        Cell.money(new Money(row.getLong("amount_nanos"), row.getString("currency"))),
                        Cell.text(row.getBoolean("hard") ? "Calls are refused" : "People are told")))
                .list();
        return List.of(
                new Section(
                        22,
                        "limits",
                        "Limits",
                        List.of(
                                Column.of("Of"),
                                Column.number("Requests per minute"),
                                Column.number("Tokens per minute"),
                                Column.number("Calls at once")),
                        limits,
                        "Neither the organisation nor any of its projects and keys is limited.",
                        Cell.link("Limit the organisation", "/admin/organisations/" + tenant + "/limits")),
                new Section(
                        23,
                        "budgets",
                        "Budgets",
                        List.of(Column.of("Of"), Column.of("For"), Column.number("Budget"), Column.of("At its end")),
                        budgets,
                        "It has set no budget.",
                        null));
    }

    private static String whose(String scope, String name) {
        return switch (Scope.ofColumn(scope)) {
            case KEY -> "Key " + name;
            case PROJECT -> "Project " + name;
            case ORGANISATION, MODEL -> "The organisation";
        };
    }

    private static Cell number(long limit) {
        return Cell.text(limit == 0 ? "no limit" : String.format(Locale.ENGLISH, "%,d", limit));
    }
}
