package io.souk.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import io.souk.kernel.FundingKind;
import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.kernel.TokenCounts;
import io.souk.support.SoukTest;
import io.souk.usage.CallRecord;
import io.souk.usage.RollUps;
import io.souk.usage.UsageLine;
import io.souk.usage.UsageQuery;
import io.souk.usage.UsageReports;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;

@SoukTest
class SettlementTests {
    private static final UUID KEY = Ids.next();
    private static final UUID PROJECT = Ids.next();

    @Autowired
    private Settlement settlement;

    @Autowired
    private Leases leases;

    @Autowired
    private Wallets wallets;

    @Autowired
    private RollUps rollUps;

    @Autowired
    private UsageReports usage;

    @Autowired
    private FundingRoutes fundingRoutes;

    @Autowired
    @Qualifier("system")
    private JdbcClient system;

    private final TenantId tenant = new TenantId(Ids.next());
    private final UUID journal = Ids.next();
    private UUID wallet = Ids.NIL;

    @BeforeEach
    void aFundedOrganisationAndAJournal() {
        system.sql("insert into tenancy.organisations (id, tenant_id, name, created_at) values (?, ?, 'Settled',"
                        + " now())")
                .params(tenant.value(), tenant.value())
                .update();
        Tenant.run(tenant, () -> wallets.credit(new Money(10_000, "USD"), "topup:test", "Top-up"));
        wallet = fundingRoutes
                .findAll(List.of(tenant.value()))
                .getFirst()
                .counters()
                .getFirst();
        leases.open(journal);
    }

    @Test
    void movesMoneyOnceHoweverOftenTheBatchComes() {
        grant(5_000);
        FinishedCall call = call(1_200, Instant.now());

        assertThat(settlement.settle(journal, 0, 10, List.of(call))).isEqualTo(new Settlement.Outcome.Settled(1));
        assertThat(settlement.settle(journal, 0, 10, List.of(call)))
                .isEqualTo(new Settlement.Outcome.ElsewhereDrained(10));
        assertThat(settlement.settle(journal, 10, 20, List.of(call, call)))
                .isEqualTo(new Settlement.Outcome.Settled(0));

        assertThat(balance()).isEqualTo(8_800);
        assertThat(counter("spent_nanos")).isEqualTo(1_200);
        assertThat(counter("leased_nanos")).isEqualTo(3_800);
        assertThat(count("usage.calls")).isEqualTo(1);
        assertThat(ledger("customer_wallet")).isEqualTo(8_800);
        assertThat(ledger("revenue")).isEqualTo(1_200);
    }

    @Test
    void sumsByDayHoldEveryCallFromItsSettlementOnWhetherItIsRolledUpOrNot() {
        grant(10_000);
        Instant day = Instant.now().truncatedTo(ChronoUnit.DAYS);
        List<FinishedCall> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(call(i, day.minusSeconds(i * 67L)));
        }
        settlement.settle(journal, 0, 1, calls);

        String all = "50/" + (49 * 50 / 2);
        assertThat(byDay()).isEqualTo(all);
        assertThat(rolledUp()).as("those that began long before the others").isEqualTo("36/" + (36 * (14 + 49) / 2));
        rollUps.catchUp();
        assertThat(byDay()).isEqualTo(all);
        assertThat(rolledUp()).isEqualTo(all);
        rollUps.catchUp();
        assertThat(rolledUp()).isEqualTo(all);
        assertThat(Tenant.get(
                        tenant,
                        () -> usage.sums(
                                UsageQuery.days(
                                        LocalDate.now(ZoneOffset.UTC).minusDays(2), LocalDate.now(ZoneOffset.UTC)),
                                UsageReports.Group.TOTAL)))
                .containsExactly(new UsageLine("", "USD", 50, 0, 500, 250, 0, 49 * 50 / 2));
    }

    @Test
    void callsAreRolledUpOnceHoweverManyDoSoAtATime() throws Exception {
        grant(10_000);
        for (int i = 0; i < 200; i++) {
            settlement.settle(journal, i, i + 1, List.of(call(1, Instant.now()), call(1, Instant.now())));
        }

        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                running.add(threads.submit(rollUps::catchUp));
            }
            for (Future<?> one : running) {
                one.get(30, TimeUnit.SECONDS);
            }
        }

        rollUps.catchUp();
        assertThat(rolledUp()).isEqualTo("400/400");
        assertThat(byDay()).isEqualTo("400/400");
    }

    @Test
    void aBatchThatIsPartlySettledAlreadyChargesTheRest() {
        grant(5_000);
        FinishedCall before = call(100, Instant.now());
        settlement.settle(journal, 0, 10, List.of(before));

        assertThat(settlement.settle(journal, 10, 20, List.of(call(30, Instant.now()), before, call(7, Instant.now()))))
                .isEqualTo(new Settlement.Outcome.Settled(2));

        assertThat(counter("spent_nanos")).isEqualTo(137);
        assertThat(ledger("revenue")).isEqualTo(137);
        assertThat(byDay()).isEqualTo("3/137");
        rollUps.catchUp();
        assertThat(rolledUp()).isEqualTo("3/137");
    }

    @Test
    void finishingAJournalGivesBackWhatItDidNotSpend() {
        grant(5_000);
        settlement.settle(journal, 0, 10, List.of(call(1_000, Instant.now())));

        assertThat(leases.finish(journal)).isEqualTo(4_000);

        assertThat(counter("leased_nanos")).isZero();
        assertThat(counter("spent_nanos")).isEqualTo(1_000);
    }

    @Test
    void neverLeasesMoreThanThereIs() {
        assertThat(grantUpTo(9_000)).isEqualTo(9_000);
        assertThat(grantUpTo(5_000)).isEqualTo(1_000);
        assertThat(grantUpTo(1)).isZero();
    }

    @Test
    void aReturnThatIsRepeatedIsTakenOnce() {
        grant(5_000);
        UUID move = Ids.next();

        leases.giveBack(journal, tenant, wallet, move, 2_000);
        leases.giveBack(journal, tenant, wallet, move, 2_000);

        assertThat(counter("leased_nanos")).isEqualTo(3_000);
    }

    @Test
    void aCallWithAnImplausibleDateIsKeptAsideAndItsMoneyGivenBack() {
        grant(5_000);

        settlement.settle(journal, 0, 10, List.of(call(700, Instant.now().minus(Duration.ofDays(90)))));

        assertThat(count("billing.quarantine")).isEqualTo(1);
        assertThat(count("usage.calls")).isZero();
        assertThat(balance()).isEqualTo(10_000);
        assertThat(counter("leased_nanos")).isEqualTo(4_300);
        leases.finish(journal);
        assertThat(counter("leased_nanos")).isZero();
    }

    @Test
    void aBatchThatCannotBeBookedLeavesNothingBehind() {
        grant(5_000);
        FinishedCall strange = call(700, Instant.now(), new FinishedCall.Share(Ids.next(), FundingKind.MONEY, 700));

        assertThatThrownBy(() -> settlement.settle(journal, 0, 10, List.of(strange)))
                .isInstanceOf(RuntimeException.class);

        assertThat(count("usage.calls")).isZero();
        assertThat(leases.find(journal).orElseThrow().drainedTo()).isZero();
        assertThat(balance()).isEqualTo(10_000);
    }

    @Test
    void aGrantThatARestoredDatabaseForgotIsGrantedAgain() {
        grant(300);

        settlement.settle(journal, 0, 10, List.of(call(700, Instant.now())));

        assertThat(balance()).isEqualTo(9_300);
        assertThat(counter("leased_nanos")).isZero();
        leases.giveBack(journal, tenant, wallet, Ids.next(), 250);
        assertThat(counter("leased_nanos"))
                .as("what it does not know of does not come back twice")
                .isZero();
        assertThat(leases.finish(journal)).isZero();
    }

    @Test
    void whatIsBeyondTheCreditOfARestoredDatabaseIsBorneByTheHouse() {
        UUID other = Ids.next();
        leases.open(other);
        grantUpTo(other, wallet, 9_500);

        settlement.settle(journal, 0, 10, List.of(call(700, Instant.now())));

        assertThat(balance()).as("the customer pays what there was").isEqualTo(9_500);
        assertThat(ledger("absorbed_overrun")).isEqualTo(-200);
        assertThat(ledger("revenue")).isEqualTo(700);
        assertThat(counter("leased_nanos")).isEqualTo(9_500);
    }

    @Test
    void whatIsWhollyBeyondTheCreditOfARestoredDatabaseIsBorneByTheHouse() {
        UUID other = Ids.next();
        leases.open(other);
        grantUpTo(other, wallet, 10_000);

        settlement.settle(journal, 0, 10, List.of(call(700, Instant.now())));

        assertThat(balance()).as("the customer pays what there was").isEqualTo(10_000);
        assertThat(ledger("absorbed_overrun")).isEqualTo(-700);
        assertThat(ledger("revenue")).isEqualTo(700);
        assertThat(counter("spent_nanos")).isZero();
        assertThat(counter("leased_nanos")).isEqualTo(10_000);
        assertThat(byDay()).isEqualTo("1/700");
    }

    @Test
    void theLedgerRefusesToBeRewrittenOrUnbalanced() {
        assertThatThrownBy(() -> system.sql("update billing.ledger_entries set amount_nanos = 1 where tenant_id = ?")
                        .param(tenant.value())
                        .update())
                .hasMessageContaining("never changed");
        assertThatThrownBy(() -> system.sql("delete from billing.ledger_transactions where tenant_id = ?")
                        .param(tenant.value())
                        .update())
                .hasMessageContaining("never changed");
        UUID transaction = system.sql("select id from billing.ledger_transactions where tenant_id = ?")
                .param(tenant.value())
                .query((row, number) -> row.getObject("id", UUID.class))
                .single();
        assertThatThrownBy(() -> system.sql("""
            insert into billing.ledger_entries (tenant_id, id, transaction_id, account, amount_nanos)
            values (?, ?, ?, 'revenue', 5)\
            """)
                        .params(tenant.value(), Ids.next(), transaction)
                        .update())
                .hasMessageContaining("not to zero");
    }

    @Test
    void chargesAWholeCallToEveryBudgetAndBooksItOnce() {
        UUID budget = counter("budget", 5_000);
        grant(5_000);
        grantUpTo(journal, budget, 3_000);

        settlement.settle(
                journal,
                0,
                10,
                List.of(call(
                        700,
                        Instant.now(),
                        new FinishedCall.Share(wallet, FundingKind.MONEY, 700),
                        new FinishedCall.Share(budget, FundingKind.CAP, 700))));

        assertThat(column(budget, "spent_nanos")).isEqualTo(700);
        assertThat(column(budget, "leased_nanos")).isEqualTo(2_300);
        assertThat(balance()).isEqualTo(9_300);
        assertThat(ledger("revenue")).isEqualTo(700);
        assertThat(ledger("customer_wallet")).isEqualTo(9_300);
    }

    @Test
    void paysFromPromotionalCreditWhatTheWalletSpentWhileThatLayIdle() {
        grant(5_000);
        UUID promo = counter("promo", 400);

        settlement.settle(journal, 0, 10, List.of(call(1_000, Instant.now())));

        assertThat(column(promo, "spent_nanos")).isEqualTo(400);
        assertThat(balance()).isEqualTo(9_400);
        assertThat(counter("leased_nanos")).isEqualTo(4_000);
        assertThat(ledger("customer_promotion")).isEqualTo(-400);
        assertThat(ledger("customer_wallet")).isEqualTo(9_400);
        assertThat(ledger("revenue")).isEqualTo(1_000);
        leases.finish(journal);
        assertThat(counter("leased_nanos")).isZero();
    }

    @Test
    void paysFromPromotionalCreditThatLayOnAnotherGatewayOnceItComesBack() {
        UUID promo = counter("promo", 400);
        UUID other = Ids.next();
        leases.open(other);
        grantUpTo(other, promo, 400);
        grant(5_000);

        settlement.settle(journal, 0, 10, List.of(call(1_000, Instant.now())));
        assertThat(balance()).isEqualTo(9_000);
        UUID move = Ids.next();
        leases.giveBack(other, tenant, promo, move, 300);
        leases.giveBack(other, tenant, promo, move, 300);

        assertThat(balance()).isEqualTo(9_300);
        assertThat(column(promo, "spent_nanos")).isEqualTo(300);
        assertThat(column(promo, "leased_nanos")).isEqualTo(100);
        assertThat(ledger("customer_wallet")).isEqualTo(9_300);
        assertThat(ledger("customer_promotion")).isEqualTo(-300);
        assertThat(ledger("revenue")).isEqualTo(1_000);
        leases.finish(other);
        assertThat(balance()).isEqualTo(9_400);
        assertThat(column(promo, "spent_nanos")).isEqualTo(400);
    }

    @Test
    void refusesToSpendOrLeaseMoreThanThereIs() {
        grant(9_000);
        assertThatThrownBy(() -> system.sql("update billing.counters set spent_nanos = 1001 where id = ?")
                        .param(wallet)
                        .update())
                .hasMessageContaining("counters_limit_check");
        assertThatThrownBy(() -> system.sql("update billing.counters set spent_nanos = -1 where id = ?")
                        .param(wallet)
                        .update())
                .hasMessageContaining("counters_spent_nanos_check");
    }

    @Test
    void aGrantWhoseOutcomeWasAskedForCanNoLongerHappen() {
        UUID lost = Ids.next();
        assertThat(leases.outcomeOf(journal, tenant, wallet, lost)).isZero();

        assertThatThrownBy(() -> leases.grant(journal, tenant, wallet, lost, new Leases.Wish(10, 10, 10, false)))
                .isInstanceOf(RuntimeException.class);

        assertThat(counter("leased_nanos")).isZero();
        UUID heard = Ids.next();
        leases.grant(journal, tenant, wallet, heard, new Leases.Wish(10, 10, 10, false));
        assertThat(leases.outcomeOf(journal, tenant, wallet, heard)).isEqualTo(10);
    }

    @Test
    void recallsWhatOthersHaveAndOnlyThat() {
        UUID other = Ids.next();
        leases.open(other);
        assertThat(leases.grant(journal, tenant, wallet, Ids.next(), new Leases.Wish(10_001, 10_001, 0, true)))
                .isEqualTo(new Leases.Granted(0, false));
        assertThat(recalls()).isZero();
        grant(9_000);

        assertThat(leases.grant(other, tenant, wallet, Ids.next(), new Leases.Wish(2_000, 2_000, 0, true)))
                .isEqualTo(new Leases.Granted(0, true));

        assertThat(recalls()).isEqualTo(1);
    }

    private long recalls() {
        return system.sql("select count(*) from control.changes where kind = 'recall' and id = ?")
                .param(wallet)
                .query(Long.class)
                .single();
    }

    private UUID counter(String kind, long limit) {
        UUID id = Ids.next();
        system.sql("insert into billing.counters (tenant_id, id, kind, currency, limit_nanos) values (?, ?, ?,"
                        + " 'USD', ?)")
                .params(tenant.value(), id, kind, limit)
                .update();
        return id;
    }

    private long column(UUID counterId, String column) {
        return system.sql("select " + column + " from billing.counters where id = ?")
                .param(counterId)
                .query(Long.class)
                .single();
    }

    @Test
    void aTopUpIsCreditedOnceForItsBusinessFact() {
        boolean again = Tenant.get(tenant, () -> wallets.credit(new Money(10_000, "USD"), "topup:test", "Top-up"));

        assertThat(again).isFalse();
        assertThat(balance()).isEqualTo(10_000);
    }

    private void grant(long nanos) {
        assertThat(grantUpTo(nanos)).isEqualTo(nanos);
    }

    private long grantUpTo(long nanos) {
        return grantUpTo(journal, wallet, nanos);
    }

    private long grantUpTo(UUID to, UUID counterId, long nanos) {
        return leases.grant(to, tenant, counterId, Ids.next(), new Leases.Wish(nanos, 1, nanos, true))
                .nanos();
    }

    private long balance() {
        return Tenant.get(tenant, () -> wallets.wallet().balance().nanos());
    }

    private long counter(String column) {
        return system.sql("select " + column + " from billing.counters where id = ?")
                .param(wallet)
                .query(Long.class)
                .single();
    }

    private long count(String table) {
        return system.sql("select count(*) from " + table + " where tenant_id = ?")
                .param(tenant.value())
                .query(Long.class)
                .single();
    }

    private long ledger(String account) {
        return system.sql("select coalesce(sum(amount_nanos), 0) from billing.ledger_entries where tenant_id = ? and"
                        + " account = ?")
                .params(tenant.value(), account)
                .query(BigDecimal.class)
                .single()
                .longValueExact();
    }

    private String byDay() {
        return sums("usage.by_day() where tenant_id = ?");
    }

    private String rolledUp() {
        return sums("usage.rollups where grain = 'day' and tenant_id = ?");
    }

    private String sums(String of) {
        return system.sql("select coalesce(sum(calls), 0) || '/' || coalesce(sum(charge_nanos), 0) from " + of)
                .param(tenant.value())
                .query(String.class)
                .single();
    }

    private FinishedCall call(long nanos, Instant startedAt) {
        return call(nanos, startedAt, new FinishedCall.Share(wallet, FundingKind.MONEY, nanos));
    }

    private FinishedCall call(long nanos, Instant startedAt, FinishedCall.Share... shares) {
        return new FinishedCall(record(tenant, journal, nanos, startedAt), List.of(shares));
    }

    static CallRecord record(TenantId tenant, UUID journal, long nanos, Instant startedAt) {
        return new CallRecord(
                tenant,
                startedAt.truncatedTo(ChronoUnit.MICROS),
                Ids.next(),
                journal,
                "req",
                KEY,
                PROJECT,
                Ids.NIL,
                Ids.NIL,
                Ids.NIL,
                null,
                "model",
                "chat",
                false,
                200,
                CallReason.COMPLETED,
                CountSource.PROVIDER,
                TokenCounts.of(10, 5),
                "USD",
                nanos * 1_000,
                nanos,
                nanos + 100,
                0,
                1,
                12,
                34,
                startedAt.plusMillis(34));
    }
}
