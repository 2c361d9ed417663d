package io.souk.billing;

import io.souk.kernel.Money;
import io.souk.kernel.TenantId;
import io.souk.tenancy.OrganisationContributor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How organisations pay, what they have left, and how they came by it, for whoever runs this Souk. */
@Component
class LedgersOfOrganisations implements OrganisationContributor {
    private static final int NEWEST = 20;

    private final JdbcClient system;

    LedgersOfOrganisations(@Qualifier("system") JdbcClient system) {
        this.system = system;
    }

    @Override
    public List<Column> columns() {
        return List.of(Column.number("Balance"), Column.of("Pays"));
    }

    @Override
    public Map<TenantId, List<Cell>> cells(Collection<TenantId> tenants) {
        Map<TenantId, List<Cell>> cells = new HashMap<>();
        system.sql("""
            select a.tenant_id, a.currency, a.mode, coalesce(c.limit_nanos - c.spent_nanos, 0) as balance
            from billing.accounts a
            left join billing.counters c on c.tenant_id = a.tenant_id and c.kind = 'wallet' and c.currency = a.currency
            where a.tenant_id = any (?)\
            """)
                .param(tenants.stream().map(TenantId::value).toArray(UUID[]::new))
                .query(row -> {
                    cells.put(
                            new TenantId(row.getObject("tenant_id", UUID.class)),
                            List.of(
                                    Cell.money(new Money(row.getLong("balance"), row.getString("currency"))),
                                    Cell.text(mode(row.getString("mode")))));
                });
        tenants.forEach(
                tenant -> cells.putIfAbsent(tenant, List.of(Cell.text("nothing paid yet"), Cell.text("in advance"))));
        return cells;
    }

    private static String mode(String mode) {
        return mode.equals("postpaid") ? "on invoice" : "in advance";
    }

    @Override
    public List<Section> sections(TenantId tenant) {
        return List.of(credit(tenant), summary(tenant), newest(tenant));
    }

    private Section credit(TenantId tenant) {
        List<List<Cell>> rows = new ArrayList<>();
        system.sql("""
            select kind, currency, limit_nanos - spent_nanos as unused, leased_nanos from billing.counters
            where tenant_id = ? and (kind in ('wallet', 'credit_line') or kind = 'promo' and limit_nanos > spent_nanos)
            order by kind desc, currency\
            """).param(tenant.value()).query(row -> {
            String currency = row.getString("currency");
            rows.add(List.of(
                    Cell.text(credit(row.getString("kind"))),
                    Cell.money(new Money(row.getLong("unused"), currency)),
                    Cell.money(new Money(row.getLong("leased_nanos"), currency))));
        });
        rows.add(List.of(
                Cell.link("Billing and invoicing", "/admin/organisations/" + tenant + "/billing"),
                Cell.text(""),
                Cell.text("")));
        return new Section(
                40,
                "credit",
                "Credit",
                List.of(Column.of("Kind"), Column.number("Left"), Column.number("Of it with gateways")),
                rows,
                "Nothing was paid yet.",
                Cell.link("How it pays", "/admin/organisations/" + tenant + "/billing"));
    }

    private static String credit(String kind) {
        return switch (kind) {
            case "wallet" -> "Paid in advance";
            case "promo" -> "Promotional";
            default -> "On invoice";
        };
    }

    /** Each kind of posting by what it did to what the customer has or owes. */
    private Section summary(TenantId tenant) {
        List<List<Cell>> rows = system.sql("""
            select t.kind, t.currency, count(distinct t.id) as postings, sum(e.amount_nanos)::bigint as total
            from billing.ledger_transactions t
            join billing.ledger_entries e on e.tenant_id = t.tenant_id and e.transaction_id = t.id
            where t.tenant_id = ? and e.account in ('customer_wallet', 'customer_promotion', 'customer_receivable')
            group by t.kind, t.currency order by t.kind, t.currency\
            """)
                .param(tenant.value())
                .query((row, _) -> List.of(
                        Cell.text(words(row.getString("kind"))),
                        Cell.text(Long.toString(row.getLong("postings"))),
                        Cell.money(new Money(row.getLong("total"), row.getString("currency")))))
                .list();
        return new Section(
                41,
                "ledger",
                "Ledger in sum",
                List.of(Column.of("What"), Column.number("Postings"), Column.number("Sum")),
                rows,
                "Nothing is booked yet.",
                null);
    }

    private Section newest(TenantId tenant) {
        List<List<Cell>> rows = system.sql("""
            select t.occurred_at, t.kind, t.description, t.currency,
                   (select coalesce(sum(e.amount_nanos), 0)::bigint from billing.ledger_entries e
                    where e.tenant_id = t.tenant_id and e.transaction_id = t.id
                      and e.account in ('customer_wallet', 'customer_promotion', 'customer_receivable')) as amount
            from billing.ledger_transactions t
            where t.tenant_id = ? order by t.occurred_at desc, t.id desc limit ?\
            """)
                .params(tenant.value(), NEWEST)
                .query((row, _) -> List.of(
                        Cell.at(row.getTimestamp("occurred_at").toInstant()),
                        Cell.text(words(row.getString("kind"))),
                        Cell.text(row.getString("description")),
                        Cell.money(new Money(row.getLong("amount"), row.getString("currency")))))
                .list();
        return new Section(
                42,
                "postings",
                "Newest postings",
                List.of(Column.of("When"), Column.of("What"), Column.of("Words"), Column.number("Amount")),
                rows,
                "Nothing is booked yet.",
                null);
    }

    private static String words(String kind) {
        return switch (kind) {
            case "top_up" -> "Top-up";
            case "usage" -> "Usage";
            case "invoice" -> "Invoice";
            default -> "Adjustment";
        };
    }
}
