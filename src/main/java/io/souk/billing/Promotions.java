package io.souk.billing;

import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.tenancy.AuditLog;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Credit that is given to organisations for nothing. It is spent before their own money. */
@Component
public class Promotions {
    /** A call's record names every counter that it draws on, so their number is bounded. */
    private static final int MOST_RUNNING = 32;

    private final JdbcClient app;
    private final JdbcClient system;
    private final TransactionTemplate transactions;
    private final Wallets wallets;
    private final Ledger ledger;
    private final AuditLog audit;
    private final Clock clock;

    Promotions(
            JdbcClient app,
            @Qualifier("system") JdbcClient system,
            @Qualifier("system") TransactionTemplate transactions,
            Wallets wallets,
            Ledger ledger,
            AuditLog audit,
            Clock clock) {
        this.app = app;
        this.system = system;
        this.transactions = transactions;
        this.wallets = wallets;
        this.ledger = ledger;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Gives credit to the organisation bound to the thread, and books it.
     *
     * @param id made with the form, so that a form that is sent twice gives once
     * @param amount above zero, in the wallet's currency
     * @param reason 1 to 200 characters; the organisation reads it
     * @param expiresAt when it stops paying, in the future; null for never
     * @return false if this id was given before; then nothing changes
     * @throws IllegalArgumentException if the amount, the reason or the expiry is not as above, or 32 grants are not used up
     */
    @Transactional
    public boolean grant(UUID id, Money amount, String reason, @Nullable Instant expiresAt, UUID by) {
        Instant now = clock.instant();
        String said = reason.strip();
        if (amount.nanos() <= 0) {
            throw new IllegalArgumentException("Credit is above zero.");
        }
        if (said.isEmpty() || said.length() > 200) {
            throw new IllegalArgumentException("A reason has 1 to 200 characters.");
        }
        if (expiresAt != null && !expiresAt.isAfter(now)) {
            throw new IllegalArgumentException("Credit must expire in the future.");
        }
        String currency = wallets.wallet().balance().currency();
        if (!amount.currency().equals(currency)) {
            throw new IllegalArgumentException("The organisation's account is in " + currency + ".");
        }
        TenantId tenant = Tenant.required();
        int running = app.sql("""
            select count(*) from billing.promotions p
            join billing.counters c on c.tenant_id = p.tenant_id and c.id = p.counter_id
            where p.tenant_id = ? and p.expired_at is null and c.spent_nanos < c.limit_nanos\
            """).param(tenant.value()).query(Integer.class).single();
        if (running >= MOST_RUNNING) {
            throw new IllegalArgumentException(
                    "The organisation has " + MOST_RUNNING + " grants that are not used up, which is the most.");
        }
        boolean posted = ledger.post(new Ledger.Posting(
                        tenant,
                        Ids.next(),
                        "promotion:" + id,
                        Ledger.Kind.ADJUSTMENT,
                        currency,
                        "Promotional credit: " + said,
                        now)
                .move(LedgerAccount.PROMOTION, LedgerAccount.CUSTOMER_PROMOTION, amount.nanos()));
        if (!posted) {
            return false;
        }
        app.sql("insert into billing.counters (tenant_id, id, kind, currency, limit_nanos) values (?, ?,"
                        + " 'promo', ?, ?)")
                .params(tenant.value(), id, currency, amount.nanos())
                .update();
        app.sql("""
            insert into billing.promotions
                (tenant_id, counter_id, granted_nanos, currency, reason, granted_by, granted_at, expires_at)
            values (?, ?, ?, ?, ?, ?, ?, ?)\
            """)
                .param(tenant.value())
                .param(id)
                .param(amount.nanos())
                .param(currency)
                .param(said)
                .param(by)
                .param(Timestamp.from(now))
                .param(expiresAt == null ? null : Timestamp.from(expiresAt))
                .update();
        audit.record(by, "credit.granted", amount + ": " + said);
        return true;
    }

    /** What was given to the organisation bound to the thread, the newest first. */
    @Transactional(readOnly = true)
    public List<PromotionView> list() {
        return app.sql("""
            select p.counter_id, p.granted_nanos, p.currency, p.reason, p.granted_at, p.expires_at,
                   c.limit_nanos - c.spent_nanos as left_nanos
            from billing.promotions p join billing.counters c on c.tenant_id = p.tenant_id and c.id = p.counter_id
            where p.tenant_id = ? order by p.granted_at desc, p.counter_id\
            """)
                .param(Tenant.required().value())
                .query((row, _) -> {
                    String currency = row.getString("currency");
                    Timestamp expires = row.getTimestamp("expires_at");
                    return new PromotionView(
                            row.getObject("counter_id", UUID.class),
                            new Money(row.getLong("granted_nanos"), currency),
                            new Money(row.getLong("left_nanos"), currency),
                            row.getString("reason"),
                            row.getTimestamp("granted_at").toInstant(),
                            expires == null ? null : expires.toInstant());
                })
                .list();
    }

    private record Expired(TenantId tenant, UUID counter) {}

    /**
     * Takes back what is left of grants that have expired. What gateways have on lease of them may still be spent and is
     * taken back when it returns.
     *
     * @return how many grants something was taken back of
     */
    public int expire() {
        List<Expired> due = system.sql("""
            select p.tenant_id, p.counter_id from billing.promotions p
            join billing.counters c on c.tenant_id = p.tenant_id and c.id = p.counter_id
            where p.expires_at <= ? and (p.expired_at is null or c.limit_nanos > c.spent_nanos + c.leased_nanos)
            order by p.expires_at limit 1000\
            """)
                .param(Timestamp.from(clock.instant()))
                .query((row, _) -> new Expired(
                        new TenantId(row.getObject("tenant_id", UUID.class)), row.getObject("counter_id", UUID.class)))
                .list();
        int taken = 0;
        for (Expired expired : due) {
            taken += Objects.requireNonNull(transactions.execute(_ -> takeBack(expired))) ? 1 : 0;
        }
        return taken;
    }

    private record Rest(long limit, long nanos, String currency) {}

    private boolean takeBack(Expired expired) {
        Instant now = clock.instant();
        Rest rest = system.sql("""
            select limit_nanos, limit_nanos - spent_nanos - leased_nanos as rest, currency from billing.counters
            where tenant_id = ? and id = ? for update\
            """)
                .params(expired.tenant.value(), expired.counter)
                .query((row, _) -> new Rest(row.getLong("limit_nanos"), row.getLong("rest"), row.getString("currency")))
                .single();
        system.sql("update billing.promotions set expired_at = ? "
                        + "where tenant_id = ? and counter_id = ? and expired_at is null")
                .params(Timestamp.from(now), expired.tenant.value(), expired.counter)
                .update();
        if (rest.nanos <= 0) {
            return false;
        }
        system.sql("update billing.counters set limit_nanos = limit_nanos - ? where tenant_id = ? and id = ?")
                .params(rest.nanos, expired.tenant.value(), expired.counter)
                .update();
        return ledger.postAsSystem(new Ledger.Posting(
                        expired.tenant,
                        Ids.next(),
                        "promotion-expired:" + expired.counter + ":" + rest.limit,
                        Ledger.Kind.ADJUSTMENT,
                        rest.currency,
                        "Promotional credit expired",
                        now)
                .move(LedgerAccount.CUSTOMER_PROMOTION, LedgerAccount.PROMOTION, rest.nanos));
    }
}
