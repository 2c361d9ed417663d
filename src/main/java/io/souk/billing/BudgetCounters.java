package io.souk.billing;

import io.souk.kernel.Ids;
import io.souk.kernel.Tenant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The counters that hold budgets. A budget's window has a counter of its own, like money has, so that any number of
 * gateways together cannot exceed it. What a budget is and when its windows are, its owner says.
 */
@Component
public class BudgetCounters {
    private static final String SELECT = """
        select w.budget_id, w.counter_id, w.starts_at, w.ends_at, c.limit_nanos, c.spent_nanos, c.leased_nanos
        from billing.budget_windows w
        join billing.counters c on c.tenant_id = w.tenant_id and c.id = w.counter_id\
        """;

    private final JdbcClient app;
    private final JdbcClient system;
    private final Clock clock;

    BudgetCounters(JdbcClient app, @Qualifier("system") JdbcClient system, Clock clock) {
        this.app = app;
        this.system = system;
        this.clock = clock;
    }

    /**
     * Makes the counter of a window, or sets the one that there is, within the caller's transaction and for the
     * organisation bound to the thread.
     *
     * @param subject whose spending is limited
     * @param limitNanos what may be spent in the window, above zero
     * @param endsAt null for never
     * @param spentNanos what is known to be spent in the window already; a counter that knows of more keeps it
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void open(
            UUID budget,
            UUID subject,
            String currency,
            long limitNanos,
            Instant startsAt,
            @Nullable Instant endsAt,
            long spentNanos) {
        UUID tenant = Tenant.required().value();
        UUID counter = app.sql("select counter_id from billing.budget_windows where tenant_id = ? and budget_id = ? "
                        + "and starts_at = ?")
                .params(tenant, budget, Timestamp.from(startsAt))
                .query(UUID.class)
                .optional()
                .orElseGet(() -> made(tenant, budget, subject, currency, limitNanos, startsAt, endsAt));
        app.sql("""
            update billing.counters set
                spent_nanos = greatest(spent_nanos, ?),
                limit_nanos = greatest(?, greatest(spent_nanos, ?) + leased_nanos)
            where tenant_id = ? and id = ?\
            """).params(spentNanos, limitNanos, spentNanos, tenant, counter).update();
        app.sql("""
            update billing.budget_windows w set wanted_nanos = ?, shrinking = c.limit_nanos > ?
            from billing.counters c
            where w.tenant_id = ? and w.counter_id = ? and c.tenant_id = w.tenant_id and c.id = w.counter_id\
            """).params(limitNanos, limitNanos, tenant, counter).update();
    }

    private UUID made(
            UUID tenant,
            UUID budget,
            UUID subject,
            String currency,
            long limitNanos,
            Instant startsAt,
            @Nullable Instant endsAt) {
        UUID counter = Ids.next();
        app.sql("insert into billing.counters (tenant_id, id, kind, currency) values (?, ?, 'budget', ?)")
                .params(tenant, counter, currency)
                .update();
        app.sql("""
            insert into billing.budget_windows
                (tenant_id, counter_id, budget_id, subject_id, starts_at, ends_at, wanted_nanos)
            values (?, ?, ?, ?, ?, ?, ?)\
            """)
                .param(tenant)
                .param(counter)
                .param(budget)
                .param(subject)
                .param(Timestamp.from(startsAt))
                .param(endsAt == null ? null : Timestamp.from(endsAt))
                .param(limitNanos)
                .update();
        return counter;
    }

    /** The windows of these budgets that are not over, of every organisation, for gateways and jobs. */
    public List<BudgetWindow> open(Collection<UUID> budgets) {
        return system.sql(SELECT + """
             where w.budget_id = any (?) and (w.ends_at is null or w.ends_at > ?) order by w.starts_at\
            """)
                .params(budgets.toArray(UUID[]::new), Timestamp.from(clock.instant()))
                .query(BudgetCounters::window)
                .list();
    }

    /**
     * Lowers the counters whose limit is above what their budget says as far as spending and leases allow, and calls
     * back what gateways hold beyond that: a budget that was made smaller is reached as they bring it.
     *
     * @return how many were lowered
     */
    public int shrink() {
        system.sql("""
            update billing.counters c set recalled_at = clock_timestamp() from billing.budget_windows w
            where w.shrinking and w.tenant_id = c.tenant_id and w.counter_id = c.id
              and c.leased_nanos > 0 and c.spent_nanos + c.leased_nanos > w.wanted_nanos\
            """).update();
        int lowered = system.sql("""
            update billing.counters c set limit_nanos = greatest(w.wanted_nanos, c.spent_nanos + c.leased_nanos)
            from billing.budget_windows w
            where w.shrinking and w.tenant_id = c.tenant_id and w.counter_id = c.id
              and c.limit_nanos > greatest(w.wanted_nanos, c.spent_nanos + c.leased_nanos)\
            """).update();
        system.sql("""
            update billing.budget_windows w set shrinking = false from billing.counters c
            where w.shrinking and w.tenant_id = c.tenant_id and w.counter_id = c.id
              and (c.limit_nanos <= w.wanted_nanos or w.ends_at <= ?)\
            """).param(Timestamp.from(clock.instant())).update();
        return lowered;
    }

    private static BudgetWindow window(ResultSet row, int number) throws SQLException {
        Timestamp ends = row.getTimestamp("ends_at");
        return new BudgetWindow(
                row.getObject("budget_id", UUID.class),
                row.getObject("counter_id", UUID.class),
                row.getTimestamp("starts_at").toInstant(),
                ends == null ? null : ends.toInstant(),
                row.getLong("limit_nanos"),
                row.getLong("spent_nanos"),
                row.getLong("leased_nanos"));
    }
}
