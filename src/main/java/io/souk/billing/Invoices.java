package io.souk.billing;

import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What the payment provider invoices, beside our own statement of the same period. The provider counts whole micro-units
 * and asks for whole cents; what is below a micro-unit is carried to the next period, and what rounding to cents changes is
 * named, so that both sides agree to the nano-unit.
 */
@Component
public class Invoices {
    private static final long NANOS_PER_MICRO = 1_000;

    private final JdbcClient app;
    private final JdbcClient system;
    private final TransactionTemplate transactions;
    private final Ledger ledger;
    private final ObjectProvider<Payments> payments;
    private final BillingProperties properties;
    private final Clock clock;

    Invoices(
            JdbcClient app,
            @Qualifier("system") JdbcClient system,
            @Qualifier("system") TransactionTemplate transactions,
            Ledger ledger,
            ObjectProvider<Payments> payments,
            BillingProperties properties,
            Clock clock) {
        this.app = app;
        this.system = system;
        this.transactions = transactions;
        this.ledger = ledger;
        this.payments = payments;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * An invoice and our statement of its period.
     *
     * @param id the provider's
     * @param used what calls of the period cost, by our ledger
     * @param carriedIn what was left over from before, less than a micro-unit
     * @param reported what was reported to the provider: {@code used} and {@code carriedIn} in whole micro-units
     * @param counted what the provider counted
     * @param asked what the provider asks for
     * @param payUrl where it can be paid; null where it cannot
     */
    public record Invoice(
            String id,
            String state,
            Instant periodStart,
            Instant periodEnd,
            Money used,
            Money carriedIn,
            Money reported,
            Money counted,
            Money asked,
            @Nullable Instant paidAt,
            @Nullable String payUrl) {
        /** What is left over for the next period, less than a micro-unit. */
        public Money carriedOut() {
            return used.plus(carriedIn).minus(reported);
        }

        /** What rounding to whole cents added, below zero for what it took. */
        public Money rounding() {
            return asked.minus(counted);
        }

        /** Whether the provider counted what we reported. */
        public boolean agrees() {
            return reported.equals(counted);
        }

        public boolean isDraft() {
            return state.equals("draft");
        }
    }

    /**
     * Usage that no invoice has yet.
     *
     * @param since when the period began; null if nothing was invoiced before
     * @param used by our ledger
     * @param carriedIn what was left over from before
     * @param counted reported to the provider and counted
     * @param onItsWay fixed and not yet counted
     * @param refused what the provider will not take; somebody must look at it
     * @param gathering still being gathered
     */
    public record OpenPeriod(
            @Nullable Instant since,
            Money used,
            Money carriedIn,
            Money counted,
            Money onItsWay,
            Money refused,
            Money gathering) {
        /** What is left over until now, less than a micro-unit. */
        public Money carriedOut() {
            return used.plus(carriedIn)
                    .minus(counted)
                    .minus(onItsWay)
                    .minus(refused)
                    .minus(gathering);
        }
    }

    /** The invoices of the organisation bound to the thread, newest first. @param most at most so many */
    @Transactional(readOnly = true)
    public List<Invoice> newest(int most) {
        return app.sql("select * from billing.invoices order by period_end desc, recorded_at desc limit ?")
                .param(most)
                .query(Invoices::invoice)
                .list();
    }

    /** What the organisation bound to the thread used since its last invoice. */
    @Transactional(readOnly = true)
    public OpenPeriod open() {
        Instant since = app.sql("select max(period_end) from billing.invoices")
                .query((row, _) -> java.util.Optional.ofNullable(row.getTimestamp(1)))
                .single()
                .map(Timestamp::toInstant)
                .orElse(null);
        Timestamp from = Timestamp.from(since == null ? Instant.EPOCH : since);
        long carried = since == null ? 0 : carried(app, null, since);
        return app.sql("""
            select coalesce(sum(nanos), 0)::bigint as used,
                   coalesce(sum(micros) filter (where state = 'delivered'), 0)::bigint * 1000 as counted,
                   coalesce(sum(micros) filter (where state = 'sealed'), 0)::bigint * 1000 as on_its_way,
                   coalesce(sum(micros) filter (where state = 'failed'), 0)::bigint * 1000 as refused,
                   coalesce(sum(nanos) filter (where state = 'open'), 0)::bigint as gathering
            from billing.meter_windows where state = 'open' or event_at >= ?\
            """)
                .param(from)
                .query((row, _) -> new OpenPeriod(
                        since,
                        money(row.getLong("used")),
                        money(carried),
                        money(row.getLong("counted")),
                        money(row.getLong("on_its_way")),
                        money(row.getLong("refused")),
                        money(row.getLong("gathering"))))
                .single();
    }

    private Money money(long nanos) {
        return new Money(nanos, properties.currency());
    }

    /** What was left over at a moment. @param tenant null for the one bound to the thread */
    private static long carried(JdbcClient jdbc, @Nullable UUID tenant, Instant moment) {
        return jdbc.sql("""
            select coalesce(sum(nanos) - 1000 * sum(micros), 0)::bigint from billing.meter_windows
            where (cast(? as uuid) is null or tenant_id = ?) and state <> 'open' and event_at < ?\
            """)
                .param(tenant)
                .param(tenant)
                .param(Timestamp.from(moment))
                .query(Long.class)
                .single();
    }

    private static Invoice invoice(ResultSet row, int number) throws SQLException {
        String currency = row.getString("currency");
        Timestamp paid = row.getTimestamp("paid_at");
        return new Invoice(
                row.getString("stripe_invoice_id"),
                row.getString("state"),
                row.getTimestamp("period_start").toInstant(),
                row.getTimestamp("period_end").toInstant(),
                new Money(row.getLong("our_nanos"), currency),
                new Money(row.getLong("carried_in_nanos"), currency),
                new Money(Math.multiplyExact(row.getLong("our_micros"), NANOS_PER_MICRO), currency),
                new Money(Math.multiplyExact(row.getLong("metered_micros"), NANOS_PER_MICRO), currency),
                Money.ofMinor(row.getLong("total_minor"), currency),
                paid == null ? null : paid.toInstant(),
                row.getString("pay_url"));
    }

    /** Reads an invoice from the provider, keeps it beside our own statement, and books it once it is paid. @return false if it is not ours */
    boolean refresh(String invoiceId) {
        Payments.InvoiceState invoice = payments.getObject().readInvoice(invoiceId);
        UUID tenant = system.sql("select tenant_id from billing.accounts where stripe_customer_id = ?")
                .param(invoice.customerId())
                .query((row, number) -> row.getObject(1, UUID.class))
                .optional()
                .orElse(null);
        if (tenant == null) {
            return false;
        }
        transactions.executeWithoutResult(status -> book(new TenantId(tenant), invoice));
        return true;
    }

    private record Ours(long nanos, long micros) {}

    private void book(TenantId tenant, Payments.InvoiceState invoice) {
        Timestamp start = Timestamp.from(invoice.periodStart());
        Timestamp end = Timestamp.from(invoice.periodEnd());
        Ours ours = system.sql("""
            select coalesce(sum(nanos), 0)::bigint, coalesce(sum(micros), 0)::bigint from billing.meter_windows
            where tenant_id = ? and event_at >= ? and event_at < ? and state <> 'open'\
            """)
                .params(tenant.value(), start, end)
                .query((row, _) -> new Ours(row.getLong(1), row.getLong(2)))
                .single();
        Instant now = clock.instant();
        boolean paid = invoice.state().equals("paid");
        system.sql("""
            insert into billing.invoices (tenant_id, id, stripe_invoice_id, state, period_start, period_end,
                metered_micros, our_micros, our_nanos, carried_in_nanos, total_minor, currency, recorded_at, paid_at,
                pay_url)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (stripe_invoice_id) do update set state = excluded.state,
                metered_micros = excluded.metered_micros, our_micros = excluded.our_micros,
                our_nanos = excluded.our_nanos, carried_in_nanos = excluded.carried_in_nanos,
                total_minor = excluded.total_minor, paid_at = coalesce(invoices.paid_at, excluded.paid_at),
                pay_url = excluded.pay_url\
            """)
                .param(tenant.value())
                .param(Ids.next())
                .param(invoice.id())
                .param(invoice.state())
                .param(start)
                .param(end)
                .param(invoice.meteredMicros())
                .param(ours.micros)
                .param(ours.nanos)
                .param(carried(system, tenant.value(), invoice.periodStart()))
                .param(invoice.totalMinor())
                .param(invoice.currency())
                .param(Timestamp.from(now))
                .param(paid ? Timestamp.from(now) : null)
                .param(invoice.payUrl())
                .update();
        if (paid && invoice.meteredMicros() > 0) {
            settle(tenant, invoice, now);
        }
    }

    /** The line is filled by exactly what was invoiced; the part of a cent that Stripe rounded is booked as such. */
    private void settle(TenantId tenant, Payments.InvoiceState invoice, Instant now) {
        long used = Math.multiplyExact(invoice.meteredMicros(), NANOS_PER_MICRO);
        long collected = Money.ofMinor(invoice.totalMinor(), invoice.currency()).nanos();
        Ledger.Posting posting = new Ledger.Posting(
                        tenant,
                        Ids.next(),
                        "invoice:" + invoice.id(),
                        Ledger.Kind.INVOICE,
                        invoice.currency(),
                        "Invoice paid",
                        now)
                .move(LedgerAccount.STRIPE_CLEARING, LedgerAccount.CUSTOMER_RECEIVABLE, used);
        if (collected > used) {
            posting.move(LedgerAccount.STRIPE_CLEARING, LedgerAccount.ROUNDING, collected - used);
        } else {
            posting.move(LedgerAccount.ROUNDING, LedgerAccount.STRIPE_CLEARING, used - collected);
        }
        if (ledger.postAsSystem(posting)) {
            system.sql("""
                update billing.counters set limit_nanos = limit_nanos + ?
                where tenant_id = ? and kind = 'credit_line' and currency = ?\
                """).params(used, tenant.value(), invoice.currency()).update();
        }
    }
}
