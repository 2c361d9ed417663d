package io.souk.access;

import io.souk.billing.BudgetCounters;
import io.souk.billing.Wallets;
import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.tenancy.AuditLog;
import io.souk.tenancy.Projects;
import io.souk.usage.Spending;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * What a key, a project and the organisation bound to the thread may spend in a day, in a month or in all. At the end of
 * a hard budget calls are refused, however many gateways take them; at the end of the others people are told.
 *
 * <p>A hard budget has a counter for its present window and the next one. Calls that a gateway admitted before it heard
 * of a new budget do not count against it.
 */
@Component
public class Budgets {
    private final BudgetRepository budgets;
    private final ApiKeyRepository keys;
    private final Projects projects;
    private final BudgetCounters counters;
    private final Wallets wallets;
    private final Spending spending;
    private final AuditLog audit;
    private final JdbcClient app;
    private final Clock clock;

    Budgets(
            BudgetRepository budgets,
            ApiKeyRepository keys,
            Projects projects,
            BudgetCounters counters,
            Wallets wallets,
            Spending spending,
            AuditLog audit,
            JdbcClient app,
            Clock clock) {
        this.budgets = budgets;
        this.keys = keys;
        this.projects = projects;
        this.counters = counters;
        this.wallets = wallets;
        this.spending = spending;
        this.audit = audit;
        this.app = app;
        this.clock = clock;
    }

    /** The budgets of a key or project of the organisation, or of the organisation itself. */
    @Transactional(readOnly = true)
    public List<BudgetView> of(UUID subject) {
        Instant now = clock.instant();
        List<Budget> found = budgets.findAllBySubjectIdOrderByPeriod(subject).stream()
                .sorted(java.util.Comparator.comparing(Budget::period))
                .toList();
        Map<UUID, Long> spent =
                spending.of(found.stream().map(budget -> span(budget, now)).toList());
        return found.stream()
                .map(budget -> new BudgetView(
                        budget.id(),
                        budget.period(),
                        budget.isHard(),
                        budget.amountNanos(),
                        budget.currency(),
                        spent.getOrDefault(budget.id(), 0L),
                        budget.period().at(now).end()))
                .toList();
    }

    /**
     * Sets a subject's budget of a period; there is one of each. It holds on connected gateways within a second. A hard
     * one counts what was spent in the present window before it was set. One that is lower than what was spent and taken
     * out already is reached at once, and never below that.
     *
     * @param amount above zero, in the currency of the organisation's wallet
     * @return false if the organisation has no such key or project; then nothing is changed
     * @throws IllegalArgumentException if the amount is not as above
     */
    @Transactional
    public boolean set(Scope scope, UUID subject, BudgetPeriod period, Money amount, boolean hard, @Nullable UUID by) {
        if (amount.nanos() <= 0) {
            throw new IllegalArgumentException("A budget is above zero.");
        }
        String currency = wallets.wallet().balance().currency();
        if (!amount.currency().equals(currency)) {
            throw new IllegalArgumentException("A budget is in " + currency + ", as the balance.");
        }
        if (!isOurs(scope, subject)) {
            return false;
        }
        Instant now = clock.instant();
        Budget budget = budgets.findBySubjectIdAndPeriod(subject, period.column())
                .orElseGet(() -> new Budget(Ids.next(), scope, subject, period, currency));
        budget.set(amount.nanos(), hard, by, now);
        budgets.saveAndFlush(budget);
        app.sql("delete from access.budget_notices where tenant_id = ? and budget_id = ?")
                .params(Tenant.required().value(), budget.id())
                .update();
        if (hard) {
            openWindows(budget, now);
        }
        audit.record(
                by,
                "budget.set",
                scope.column() + " " + subject + ": " + amount + " " + period.words() + ", "
                        + (hard ? "calls are refused" : "people are told"));
        return true;
    }

    /** Makes sure that the present window and the next have a counter that says what the budget says. */
    private void openWindows(Budget budget, Instant now) {
        BudgetPeriod.Window present = budget.period().at(now);
        long spent =
                Objects.requireNonNull(spending.of(List.of(span(budget, now))).get(budget.id()));
        open(budget, present, spent);
        Instant end = present.end();
        if (end != null) {
            open(budget, budget.period().at(end), 0);
        }
    }

    private void open(Budget budget, BudgetPeriod.Window window, long spent) {
        counters.open(
                budget.id(),
                budget.subjectId(),
                budget.currency(),
                budget.amountNanos(),
                window.start(),
                window.end(),
                spent);
    }

    /** The same for a budget that may have been changed or removed meanwhile; a job calls it as the organisation. */
    @Transactional
    void openWindows(UUID id) {
        budgets.findById(id).filter(Budget::isHard).ifPresent(budget -> openWindows(budget, clock.instant()));
    }

    /** Whose a budget was. */
    public record Removed(Scope scope, UUID subject) {}

    /**
     * Takes a budget away.
     *
     * @return whose it was; empty if the organisation has none of this id
     */
    @Transactional
    public Optional<Removed> remove(UUID id, @Nullable UUID by) {
        return budgets.findById(id).map(budget -> {
            budgets.delete(budget);
            audit.record(
                    by,
                    "budget.removed",
                    budget.subjectId() + ": " + new Money(budget.amountNanos(), budget.currency()) + " "
                            + budget.period().words());
            return new Removed(budget.scope(), budget.subjectId());
        });
    }

    private static Spending.Span span(Budget budget, Instant now) {
        return span(budget.id(), Tenant.required(), budget.subjectId(), budget.period(), budget.currency(), now);
    }

    static Spending.Span span(
            UUID id, io.souk.kernel.TenantId tenant, UUID subject, BudgetPeriod period, String currency, Instant now) {
        BudgetPeriod.Window window = period.at(now);
        Instant end = window.end();
        return new Spending.Span(
                id,
                tenant,
                subject,
                window.start(),
                end == null ? now.truncatedTo(ChronoUnit.DAYS).plus(2, ChronoUnit.DAYS) : end,
                currency);
    }

    private boolean isOurs(Scope scope, UUID subject) {
        return switch (scope) {
            case KEY -> keys.findById(subject).filter(key -> !key.isPortal()).isPresent();
            case PROJECT -> projects.find(subject).isPresent();
            case ORGANISATION -> Tenant.required().value().equals(subject);
            case MODEL -> false;
        };
    }
}
