package io.souk.access;

import io.souk.access.events.BudgetReached;
import io.souk.billing.BudgetWindow;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.platform.ConditionalOnRole;
import io.souk.platform.PortalAddress;
import io.souk.platform.Role;
import io.souk.tenancy.MemberRole;
import io.souk.tenancy.MemberView;
import io.souk.tenancy.Members;
import io.souk.tenancy.Organisations;
import io.souk.tenancy.ProjectView;
import io.souk.tenancy.Projects;
import io.souk.usage.Spending;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** What budgets need while nobody looks: counters for the windows to come, and a word when they are nearly used up. */
@Component
@ConditionalOnRole(Role.WORKER)
class BudgetWork {
    private static final Logger log = LoggerFactory.getLogger(BudgetWork.class);
    private static final int[] PERCENTS = {100, 80};

    private final BudgetRoutes routes;
    private final Budgets budgets;
    private final ApiKeys keys;
    private final Projects projects;
    private final Members members;
    private final Organisations organisations;
    private final Spending spending;
    private final JdbcClient app;
    private final JdbcClient system;
    private final TransactionTemplate transactions;
    private final ApplicationEventPublisher events;
    private final PortalAddress portal;
    private final Clock clock;

    BudgetWork(
            BudgetRoutes routes,
            Budgets budgets,
            ApiKeys keys,
            Projects projects,
            Members members,
            Organisations organisations,
            Spending spending,
            JdbcClient app,
            @Qualifier("system") JdbcClient system,
            TransactionTemplate transactions,
            ApplicationEventPublisher events,
            PortalAddress portal,
            Clock clock) {
        this.routes = routes;
        this.budgets = budgets;
        this.keys = keys;
        this.projects = projects;
        this.members = members;
        this.organisations = organisations;
        this.spending = spending;
        this.app = app;
        this.system = system;
        this.transactions = transactions;
        this.events = events;
        this.portal = portal;
        this.clock = clock;
    }

    private record Row(
            UUID id,
            TenantId tenant,
            Scope scope,
            UUID subject,
            BudgetPeriod period,
            boolean hard,
            long amountNanos,
            String currency) {
        Spending.Span span(Instant now) {
            return Budgets.span(id, tenant, subject, period, currency, now);
        }
    }

    /** After a stop that was longer than the windows that were made ahead, calls wait for this. */
    @EventListener(ApplicationReadyEvent.class)
    void atStart() {
        openWindows();
    }

    /** Makes the counters of the present and the next windows that are not there yet. */
    @Scheduled(initialDelay = 60_000, fixedDelay = 60_000)
    void openWindows() {
        Instant now = clock.instant();
        for (BudgetRoute budget : routes.all()) {
            if (lacksWindow(budget, now)) {
                try {
                    Tenant.run(budget.tenant(), () -> budgets.openWindows(budget.id()));
                } catch (RuntimeException later) {
                    log.error("the budget {} has no counter for its next window: {}", budget.id(), later.toString());
                }
            }
        }
    }

    private static boolean lacksWindow(BudgetRoute budget, Instant now) {
        BudgetPeriod.Window present = budget.period().at(now);
        Instant end = present.end();
        return !has(budget.windows(), present.start())
                || end != null && !has(budget.windows(), budget.period().at(end).start());
    }

    private static boolean has(List<BudgetWindow> windows, Instant start) {
        return windows.stream().anyMatch(window -> window.startsAt().equals(start));
    }

    /** Tells people of budgets that are used up to 80 and to 100 percent, once in each window. */
    @Scheduled(initialDelay = 15_000, fixedDelay = 15_000)
    void notice() {
        Instant now = clock.instant();
        List<Row> all = rows();
        Map<UUID, Long> spent =
                spending.ofAll(all.stream().map(row -> row.span(now)).toList());
        for (Row row : all) {
            int percent = reached(spent.getOrDefault(row.id, 0L), row.amountNanos);
            if (percent > 0) {
                try {
                    Tenant.run(
                            row.tenant,
                            () -> transactions.executeWithoutResult(
                                    _ -> tell(row, percent, spent.getOrDefault(row.id, 0L), now)));
                } catch (RuntimeException later) {
                    log.warn("nobody could be told of the budget {}: {}", row.id, later.toString());
                }
            }
        }
    }

    /** 100, 80, or 0 where it is less than that. */
    static int reached(long spentNanos, long amountNanos) {
        BigInteger hundredfold = BigInteger.valueOf(spentNanos).multiply(BigInteger.valueOf(100));
        for (int percent : PERCENTS) {
            if (hundredfold.compareTo(BigInteger.valueOf(amountNanos).multiply(BigInteger.valueOf(percent))) >= 0) {
                return percent;
            }
        }
        return 0;
    }

    private void tell(Row row, int percent, long spentNanos, Instant now) {
        BudgetPeriod.Window window = row.period.at(now);
        int first = app.sql("""
            insert into access.budget_notices (tenant_id, budget_id, starts_at, percent, spent_nanos, noticed_at)
            select tenant_id, id, ?, ?, ?, ? from access.budgets where tenant_id = ? and id = ?
            on conflict do nothing\
            """)
                .params(
                        Timestamp.from(window.start()),
                        percent,
                        spentNanos,
                        Timestamp.from(now),
                        row.tenant.value(),
                        row.id)
                .update();
        if (first == 0) {
            return;
        }
        events.publishEvent(new BudgetReached(
                members.list().stream()
                        .filter(member -> member.role() != MemberRole.DEVELOPER)
                        .map(MemberView::email)
                        .toList(),
                organisations.current().name(),
                whose(row),
                words(row.amountNanos, row.currency) + " " + row.period.words(),
                words(spentNanos, row.currency),
                percent,
                row.hard,
                window.end(),
                portal.page(
                        switch (row.scope) {
                            case KEY -> "/keys/" + row.subject;
                            case PROJECT -> "/projects/" + row.subject;
                            case ORGANISATION, MODEL -> "/organisation/budgets";
                        })));
    }

    private String whose(Row row) {
        return switch (row.scope) {
            case KEY ->
                "the API key \"" + keys.find(row.subject).map(ApiKeyView::name).orElse("") + '"';
            case PROJECT ->
                "the project \""
                        + projects.find(row.subject).map(ProjectView::name).orElse("") + '"';
            case ORGANISATION, MODEL -> "the whole organisation";
        };
    }

    private static String words(long nanos, String currency) {
        BigDecimal amount = BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
        int decimals = Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
        return amount.setScale(Math.max(amount.scale(), decimals)).toPlainString() + " " + currency;
    }

    private List<Row> rows() {
        return system.sql("select id, tenant_id, scope, subject_id, period, hard, amount_nanos, currency "
                        + "from access.budgets")
                .query((row, _) -> new Row(
                        row.getObject("id", UUID.class),
                        new TenantId(row.getObject("tenant_id", UUID.class)),
                        Scope.ofColumn(row.getString("scope")),
                        row.getObject("subject_id", UUID.class),
                        BudgetPeriod.ofColumn(row.getString("period")),
                        row.getBoolean("hard"),
                        row.getLong("amount_nanos"),
                        row.getString("currency")))
                .list();
    }
}
