package io.souk.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import io.souk.support.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

@SoukTest
@Import(TestClock.class)
class PromotionsTests {
    private static final UUID ADMIN = Ids.next();

    @Autowired
    private ApplicationContext program;

    @Autowired
    private Promotions promotions;

    @Autowired
    private Wallets wallets;

    @Autowired
    private FundingRoutes routes;

    @Autowired
    private TestClock clock;

    @Autowired
    @Qualifier("system")
    private JdbcClient system;

    private TenantId tenant = new TenantId(Ids.NIL);

    @BeforeEach
    void anOrganisation() {
        tenant = new Stall(program).customer(new Money(1_000, "USD")).tenant();
    }

    private boolean grant(UUID id, long nanos, @Nullable Duration life) {
        return Tenant.get(
                tenant,
                () -> promotions.grant(
                        id,
                        new Money(nanos, "USD"),
                        "Welcome",
                        life == null ? null : clock.instant().plus(life),
                        ADMIN));
    }

    private List<UUID> counters() {
        return routes.findAll(List.of(tenant.value())).getFirst().counters();
    }

    private long ledgerSum() {
        return system.sql(
                        "select coalesce(sum(amount_nanos), 0)::bigint from billing.ledger_entries where tenant_id = ?")
                .param(tenant.value())
                .query(Long.class)
                .single();
    }

    private long ledger(String account) {
        return system.sql("select coalesce(sum(amount_nanos), 0)::bigint from billing.ledger_entries "
                        + "where tenant_id = ? and account = ?")
                .params(tenant.value(), account)
                .query(Long.class)
                .single();
    }

    @Test
    void creditIsGivenOnceBookedAndSpentBeforeMoneyWhatExpiresFirstFirst() {
        UUID forEver = Ids.next();
        UUID soon = Ids.next();
        assertThat(grant(forEver, 500, null)).isTrue();
        assertThat(grant(soon, 300, Duration.ofDays(3))).isTrue();
        assertThat(grant(soon, 300, Duration.ofDays(3))).isFalse();

        WalletView wallet = Tenant.get(tenant, wallets::wallet);
        assertThat(wallet.promotional().nanos()).isEqualTo(800);
        assertThat(wallet.balance().nanos()).isEqualTo(1_000);
        assertThat(counters()).hasSize(3).startsWith(soon, forEver);
        assertThat(ledger("customer_promotion")).isEqualTo(800);
        assertThat(ledger("promotion")).isEqualTo(-800);
        assertThat(ledgerSum()).isZero();
    }

    @Test
    void whatIsLeftIsTakenBackAtItsEndAndWhatWasOnLeaseWhenItReturns() {
        UUID gift = Ids.next();
        grant(gift, 1_000, Duration.ofDays(1));
        system.sql("update billing.counters set spent_nanos = 100, leased_nanos = 200 where id = ?")
                .param(gift)
                .update();
        promotions.expire();
        assertThat(Tenant.get(tenant, wallets::wallet).promotional().nanos()).isEqualTo(900);

        clock.advance(Duration.ofDays(1));
        promotions.expire();
        assertThat(Tenant.get(tenant, wallets::wallet).promotional().nanos()).isEqualTo(200);
        assertThat(counters()).doesNotContain(gift);
        assertThat(ledger("customer_promotion")).isEqualTo(1_000 - 700);

        system.sql("update billing.counters set leased_nanos = 0, spent_nanos = 150 where id = ?")
                .param(gift)
                .update();
        promotions.expire();
        promotions.expire();
        assertThat(Tenant.get(tenant, wallets::wallet).promotional().nanos()).isZero();
        assertThat(ledger("customer_promotion")).isEqualTo(150);
        assertThat(ledgerSum()).isZero();
    }

    @Test
    void creditThatIsUsedUpPaysNoMore() {
        UUID gift = Ids.next();
        grant(gift, 50, null);
        assertThat(counters()).contains(gift);
        system.sql("update billing.counters set spent_nanos = 50 where id = ?")
                .param(gift)
                .update();
        assertThat(counters()).doesNotContain(gift);
    }

    @Test
    void refusesWhatIsNoGift() {
        assertThatThrownBy(() -> grant(Ids.next(), 0, null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> grant(Ids.next(), 1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        Tenant.run(tenant, () -> promotions.grant(Ids.next(), new Money(1, "EUR"), "x", null, ADMIN)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        Tenant.run(tenant, () -> promotions.grant(Ids.next(), new Money(1, "USD"), " ", null, ADMIN)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Tenant.get(tenant, promotions::list)).isEmpty();
    }
}
