package io.souk.access;

import io.souk.billing.BudgetCounters;
import io.souk.billing.BudgetWindow;
import io.souk.kernel.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The hard budgets of every organisation, for gateways. */
@Component
public class BudgetRoutes {
    private static final String SELECT =
            "select id, tenant_id, scope, subject_id, period, amount_nanos, currency from access.budgets where hard ";

    private final JdbcClient system;
    private final BudgetCounters counters;

    BudgetRoutes(@Qualifier("system") JdbcClient system, BudgetCounters counters) {
        this.system = system;
        this.counters = counters;
    }

    public List<BudgetRoute> all() {
        return withWindows(system.sql(SELECT).query(BudgetRoutes::route).list());
    }

    /** All that limit these subjects. */
    public List<BudgetRoute> findAll(Collection<UUID> subjects) {
        return withWindows(system.sql(SELECT + "and subject_id = any (?)")
                .param(subjects.toArray(UUID[]::new))
                .query(BudgetRoutes::route)
                .list());
    }

    private List<BudgetRoute> withWindows(List<BudgetRoute> budgets) {
        if (budgets.isEmpty()) {
            return budgets;
        }
        Map<UUID, List<BudgetWindow>> windows = counters
                .open(budgets.stream().map(BudgetRoute::id).toList())
                .stream()
                .collect(Collectors.groupingBy(BudgetWindow::budgetId));
        return budgets.stream()
                .map(budget -> new BudgetRoute(
                        budget.id(),
                        budget.tenant(),
                        budget.scope(),
                        budget.subject(),
                        budget.period(),
                        budget.amountNanos(),
                        budget.currency(),
                        windows.getOrDefault(budget.id(), List.of())))
                .toList();
    }

    private static BudgetRoute route(ResultSet row, int number) throws SQLException {
        return new BudgetRoute(
                row.getObject("id", UUID.class),
                new TenantId(row.getObject("tenant_id", UUID.class)),
                Scope.ofColumn(row.getString("scope")),
                row.getObject("subject_id", UUID.class),
                BudgetPeriod.ofColumn(row.getString("period")),
                row.getLong("amount_nanos"),
                row.getString("currency"),
                List.of());
    }
}
