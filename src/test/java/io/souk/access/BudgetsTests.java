package io.souk.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.souk.billing.BudgetCounters;
import io.souk.billing.BudgetWindow;
import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import io.souk.support.TestClock;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

@SoukTest
@Import(TestClock.class)
class BudgetsTests {
    private static final Instant EVENING = Instant.parse("2026-03-30T22:00:00Z");

    @Autowired
    private ApplicationContext program;

    @Autowired
    private Budgets budgets;

    @Autowired
    private RateLimits limits;

    @Autowired
    private BudgetRoutes routes;

    @Autowired
    private BudgetWork work;

    @Autowired
    private BudgetCounters counters;

    @Autowired
    private ApiKeys keys;

    @Autowired
    private TestClock clock;

    @Autowired
    @Qualifier("system")
    private JdbcClient system;

    private TenantId tenant = new TenantId(Ids.NIL);
    private UUID key = Ids.NIL;
    private UUID project = Ids.NIL;

    @BeforeEach
    void anOrganisationWithAKey() {
        clock.set(EVENING);
        Stall.Customer customer = new Stall(program).customer(Money.ofMinor(100_00, "USD"));
        tenant = customer.tenant();
        customer.key();
        ApiKeyView made = Tenant.get(tenant, keys::list).getFirst();
        key = made.id();
        project = made.projectId();
    }

    private boolean set(Scope scope, UUID subject, BudgetPeriod period, long nanos, boolean hard) {
        return Tenant.get(tenant, () -> budgets.set(scope, subject, period, new Money(nanos, "USD"), hard, null));
    }

    private List<BudgetWindow> windows(UUID subject) {
        return routes.findAll(List.of(subject)).stream()
                .flatMap(route -> route.windows().stream())
                .toList();
    }

    private void spend(UUID ofKey, Instant at, long nanos) {
        system.sql("""
            insert into usage.rollups (tenant_id, grain, bucket, offer_id, key_id, project_id, currency,
                                       calls, failed, input, output, other, charge_nanos)
            values (?, 'day', date_trunc('day', ?::timestamptz at time zone 'UTC') at time zone 'UTC',
                    gen_random_uuid(), ?, ?, 'USD', 1, 0, 0, 0, 0, ?)\
            """)
                .params(tenant.value(), Timestamp.from(at), ofKey, project, nanos)
                .update();
    }

    @Test
    void aHardBudgetHasACounterForThisWindowAndTheNextWithWhatWasSpentAlready() {
        spend(key, EVENING, 300);
        spend(key, EVENING.minus(Duration.ofDays(1)), 5_000);
        assertThat(set(Scope.KEY, key, BudgetPeriod.DAY, 1_000, true)).isTrue();

        List<BudgetWindow> windows = windows(key);
        assertThat(windows).hasSize(2);
        assertThat(windows.getFirst().startsAt()).isEqualTo(Instant.parse("2026-03-30T00:00:00Z"));
        assertThat(windows.getFirst().endsAt()).isEqualTo(Instant.parse("2026-03-31T00:00:00Z"));
        assertThat(windows.getFirst().spentNanos()).isEqualTo(300);
        assertThat(windows.getFirst().limitNanos()).isEqualTo(1_000);
        assertThat(windows.getLast().startsAt()).isEqualTo(Instant.parse("2026-03-31T00:00:00Z"));
        assertThat(windows.getLast().spentNanos()).isZero();

        assertThat(set(Scope.PROJECT, project, BudgetPeriod.MONTH, 10_000, true))
                .isTrue();
        assertThat(windows(project).getFirst().endsAt()).isEqualTo(Instant.parse("2026-04-01T00:00:00Z"));
        assertThat(windows(project).getFirst().spentNanos()).isEqualTo(5_300);
        assertThat(set(Scope.ORGANISATION, tenant.value(), BudgetPeriod.TOTAL, 10_000, true))
                .isTrue();
        assertThat(windows(tenant.value())).hasSize(1);
        assertThat(windows(tenant.value()).getFirst().endsAt()).isNull();
    }

    @Test
    void aBudgetThatOnlyTellsNeedsNoCounter() {
        set(Scope.KEY, key, BudgetPeriod.DAY, 1_000, false);
        assertThat(routes.findAll(List.of(key))).isEmpty();
        set(Scope.KEY, key, BudgetPeriod.DAY, 1_000, true);
        assertThat(windows(key)).hasSize(2);
        set(Scope.KEY, key, BudgetPeriod.DAY, 1_000, false);
        assertThat(routes.findAll(List.of(key))).isEmpty();
    }

    @Test
    void countsWhatWasSpentWhileABudgetOnlyTold() {
        set(Scope.KEY, key, BudgetPeriod.DAY, 1_000, true);
        set(Scope.KEY, key, BudgetPeriod.DAY, 1_000, false);
        spend(key, EVENING, 700);
        set(Scope.KEY, key, BudgetPeriod.DAY, 1_000, true);
        assertThat(windows(key).getFirst().spentNanos()).isEqualTo(700);
    }

    @Test
    void aBudgetThatIsMadeSmallerIsNeverBelowWhatIsSpentAndOnLease() {
        set(Scope.KEY, key, BudgetPeriod.DAY, 1_000, true);
        UUID counter = windows(key).getFirst().counterId();
        system.sql("update billing.counters set spent_nanos = 400, leased_nanos = 300 where id = ?")
                .param(counter)
                .update();

        set(Scope.KEY, key, BudgetPeriod.DAY, 500, true);
        assertThat(windows(key).getFirst().limitNanos()).isEqualTo(700);
        assertThat(windows(key).getLast().limitNanos()).isEqualTo(500);

        system.sql("update billing.counters set leased_nanos = 50 where id = ?")
                .param(counter)
                .update();
        counters.shrink();
        assertThat(windows(key).getFirst().limitNanos()).isEqualTo(500);
        set(Scope.KEY, key, BudgetPeriod.DAY, 2_000, true);
        assertThat(windows(key).getFirst().limitNanos()).isEqualTo(2_000);
    }

    @Test
    void theNextWindowsAreMadeAheadHoweverLongNobodyLooked() {
        set(Scope.KEY, key, BudgetPeriod.DAY, 1_000, true);
        clock.advance(Duration.ofHours(3));
        assertThat(windows(key)).hasSize(1);
        work.openWindows();
        assertThat(windows(key).stream().map(BudgetWindow::startsAt))
                .containsExactly(Instant.parse("2026-03-31T00:00:00Z"), Instant.parse("2026-04-01T00:00:00Z"));
        clock.advance(Duration.ofDays(40));
        assertThat(windows(key)).isEmpty();
        work.openWindows();
        work.openWindows();
        assertThat(windows(key)).hasSize(2);
    }

    @Test
    void peopleAreToldOnceInAWindowAtEightyAndAtAHundredPercent() {
        UUID account = io.souk.kernel.Ids.next();
        String email = "budget-" + account + "@example.org";
        system.sql("insert into identity.accounts (id, email, name, created_at) values (?, ?, 'Olga', now())")
                .params(account, email)
                .update();
        system.sql("insert into tenancy.members (tenant_id, account_id, role, joined_at) values (?, ?, 'owner', now())")
                .params(tenant.value(), account)
                .update();
        set(Scope.KEY, key, BudgetPeriod.DAY, 1_000, false);
        spend(key, EVENING, 799);
        work.notice();
        assertThat(subjects(email)).isEmpty();

        spend(key, EVENING, 1);
        work.notice();
        work.notice();
        assertThat(subjects(email)).containsExactly("80 % of the budget of the API key \"Test key\" is used");

        spend(key, EVENING, 500);
        work.notice();
        work.notice();
        assertThat(subjects(email))
                .containsExactly(
                        "80 % of the budget of the API key \"Test key\" is used",
                        "100 % of the budget of the API key \"Test key\" is used");
        BudgetView view = Tenant.get(tenant, () -> budgets.of(key)).getFirst();
        assertThat(view.percent()).isEqualTo(130);
        assertThat(view.spentNanos()).isEqualTo(1_300);

        clock.advance(Duration.ofHours(3));
        spend(key, clock.instant(), 1_000);
        work.notice();
        assertThat(subjects(email)).hasSize(3);
    }

    private List<String> subjects(String email) {
        return system.sql("select subject from notice.mails where recipient = ? order by id")
                .param(email)
                .query((row, _) -> row.getString(1))
                .list();
    }

    @Test
    void anotherOrganisationsKeysAndBudgetsCannotBeTouched() {
        set(Scope.KEY, key, BudgetPeriod.DAY, 1_000, true);
        UUID budget = Tenant.get(tenant, () -> budgets.of(key)).getFirst().id();
        TenantId other = new Stall(program).customer(new Money(0, "USD")).tenant();

        Tenant.run(other, () -> {
            Money one = new Money(1, "USD");
            assertThat(budgets.set(Scope.KEY, key, BudgetPeriod.TOTAL, one, true, null))
                    .isFalse();
            assertThat(budgets.set(Scope.PROJECT, project, BudgetPeriod.TOTAL, one, true, null))
                    .isFalse();
            assertThat(budgets.set(Scope.ORGANISATION, tenant.value(), BudgetPeriod.TOTAL, one, true, null))
                    .isFalse();
            assertThat(budgets.remove(budget, null)).isEmpty();
            assertThat(budgets.of(key)).isEmpty();
            assertThat(limits.set(Scope.KEY, key, new Limits(1, 1, 1), null)).isFalse();
            assertThat(limits.of(key)).isEqualTo(Limits.NONE);
        });
        assertThat(Tenant.get(tenant, () -> budgets.of(key))).hasSize(1);
    }

    @Test
    void aBudgetIsAboveZeroAndInTheCurrencyOfTheBalance() {
        assertThatThrownBy(() -> set(Scope.KEY, key, BudgetPeriod.DAY, 0, true))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tenant.run(
                        tenant, () -> budgets.set(Scope.KEY, key, BudgetPeriod.DAY, new Money(1, "EUR"), true, null)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Tenant.get(tenant, () -> budgets.of(key))).isEmpty();
    }

    @Test
    void limitsThatAreTakenAwayAreGone() {
        Limits some = new Limits(10, 2_000, 3);
        assertThat(Tenant.get(tenant, () -> limits.set(Scope.KEY, key, some, null)))
                .isTrue();
        assertThat(new LimitRoutes(system).findAll(List.of(key))).containsExactly(new LimitRoute(Scope.KEY, key, some));
        Tenant.run(tenant, () -> limits.set(Scope.KEY, key, new Limits(10, 0, 0), null));
        assertThat(Tenant.get(tenant, () -> limits.of(key))).isEqualTo(new Limits(10, 0, 0));
        Tenant.run(tenant, () -> limits.set(Scope.KEY, key, Limits.NONE, null));
        assertThat(new LimitRoutes(system).findAll(List.of(key))).isEmpty();
    }

    @Test
    void reachesAPercentOnlyWhenItIsWhollyReached() {
        assertThat(BudgetWork.reached(7_999, 10_000)).isZero();
        assertThat(BudgetWork.reached(8_000, 10_000)).isEqualTo(80);
        assertThat(BudgetWork.reached(9_999, 10_000)).isEqualTo(80);
        assertThat(BudgetWork.reached(10_000, 10_000)).isEqualTo(100);
        assertThat(BudgetWork.reached(Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(100);
    }
}
