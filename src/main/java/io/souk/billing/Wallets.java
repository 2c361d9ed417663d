package io.souk.billing;

import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What the organisation bound to the thread has to spend, and how it came by it. */
@Component
public class Wallets {
    private final JdbcClient app;
    private final Ledger ledger;
    private final Clock clock;
    private final BillingProperties properties;

    Wallets(JdbcClient app, Ledger ledger, Clock clock, BillingProperties properties) {
        this.app = app;
        this.ledger = ledger;
        this.clock = clock;
        this.properties = properties;
    }

    /** The organisation's wallet; an empty one is opened if it has none. */
    @Transactional
    public WalletView wallet() {
        open();
        return app.sql("""
            select currency, sum(limit_nanos - spent_nanos) filter (where kind = 'wallet') as balance,
                   coalesce(sum(limit_nanos - spent_nanos) filter (where kind = 'promo'), 0) as promotional,
                   coalesce(sum(leased_nanos) filter (where kind = 'wallet'), 0) as held,
                   coalesce(sum(limit_nanos - spent_nanos) filter (where kind = 'credit_line'
                       and exists (select 1 from billing.accounts where mode = 'postpaid')), 0) as line
            from billing.counters group by currency\
            """)
                .query((row, number) -> {
                    String currency = row.getString("currency");
                    return new WalletView(
                            new Money(row.getLong("balance"), currency),
                            new Money(row.getLong("promotional"), currency),
                            new Money(row.getLong("held"), currency),
                            new Money(row.getLong("line"), currency));
                })
                .single();
    }

    /**
     * Adds credit that was paid for, and books it.
     *
     * @param amount above zero, in the wallet's currency
     * @param postingKey the business fact, such as {@code topup:<payment intent>}
     * @return false if this fact was booked before; then nothing changes
     * @throws IllegalArgumentException if the amount is not above zero or in another currency
     */
    @Transactional
    public boolean credit(Money amount, String postingKey, String description) {
        if (amount.nanos() <= 0) {
            throw new IllegalArgumentException("credit must be above zero, not " + amount);
        }
        open();
        TenantId tenant = Tenant.required();
        boolean posted = ledger.post(new Ledger.Posting(
                        tenant,
                        Ids.next(),
                        postingKey,
                        Ledger.Kind.TOP_UP,
                        amount.currency(),
                        description,
                        clock.instant())
                .move(LedgerAccount.STRIPE_CLEARING, LedgerAccount.CUSTOMER_WALLET, amount.nanos()));
        if (posted) {
            int raised = app.sql("""
                update billing.counters set limit_nanos = limit_nanos + ?
                where kind = 'wallet' and currency = ?\
                """).params(amount.nanos(), amount.currency()).update();
            if (raised != 1) {
                throw new IllegalArgumentException("the wallet is not in " + amount.currency());
            }
        }
        return posted;
    }

    /** Makes the account and its wallet where there are none yet. */
    private void open() {
        UUID tenant = Tenant.required().value();
        int opened = app.sql("""
            insert into billing.accounts (id, tenant_id, currency, opened_at) values (?, ?, ?, ?)
            on conflict (tenant_id) do nothing\
            """)
                .params(Ids.next(), tenant, properties.currency(), Timestamp.from(clock.instant()))
                .update();
        if (opened == 1) {
            app.sql("insert into billing.counters (tenant_id, id, kind, currency) values (?, ?, 'wallet', ?)")
                    .params(tenant, Ids.next(), properties.currency())
                    .update();
        }
    }
}
