package io.souk.billing;

import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.TenantId;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Organisations that pay by invoice. Their calls are paid from a credit line; what is settled goes to the payment
 * provider's meter in whole micro-units, the rest being carried on; a paid invoice fills the line again by exactly what
 * it was for.
 */
@Component
public class Postpaid {
    private static final Logger log = LoggerFactory.getLogger(Postpaid.class);
    private static final long NANOS_PER_MICRO = 1_000;
    private static final int BATCH = 100;

    private final JdbcClient system;
    private final TransactionTemplate transactions;
    private final ObjectProvider<Payments> payments;
    private final BillingProperties properties;
    private final Clock clock;

    Postpaid(
            @Qualifier("system") JdbcClient system,
            @Qualifier("system") TransactionTemplate transactions,
            ObjectProvider<Payments> payments,
            BillingProperties properties,
            Clock clock) {
        this.system = system;
        this.transactions = transactions;
        this.payments = payments;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Lets an organisation pay by invoice. Approving again changes the credit line.
     *
     * @param creditLine what it may owe at any time, above zero
     * @param name and {@code email}: whom the provider's invoices are for
     * @throws IllegalArgumentException if the line is not above zero, or below what is already owed
     * @throws PaymentsUnavailable if the provider cannot be asked; the approval stands and its subscription is made later
     */
    public void approve(TenantId tenant, Money creditLine, String name, String email, @Nullable UUID by) {
        if (creditLine.nanos() <= 0 || !creditLine.currency().equals(properties.currency())) {
            throw new IllegalArgumentException("A credit line is above zero, in " + properties.currency() + ".");
        }
        transactions.executeWithoutResult(status -> record(tenant, creditLine, name, email, by));
        ensureSubscription(tenant, name, email);
    }

    /**
     * Ends payment by invoice: new calls are paid from credit again. What was used is still invoiced, at the end of the
     * period.
     *
     * @return false if the organisation is not on invoice
     * @throws PaymentsUnavailable if the provider cannot be asked; the withdrawal stands and its subscription is ended later
     */
    public boolean withdraw(TenantId tenant) {
        boolean withdrawn = Boolean.TRUE.equals(transactions.execute(status -> {
            int changed = system.sql(
                            "update billing.postpaid set withdrawn_at = ? where tenant_id = ? and withdrawn_at is null")
                    .params(Timestamp.from(clock.instant()), tenant.value())
                    .update();
            system.sql("update billing.accounts set mode = 'prepaid' where tenant_id = ?")
                    .param(tenant.value())
                    .update();
            return changed == 1;
        }));
        if (withdrawn) {
            endSubscription(tenant);
        }
        return withdrawn;
    }

    private void endSubscription(TenantId tenant) {
        Payments provider = payments.getIfAvailable();
        if (provider == null) {
            return;
        }
        subscription(tenant).ifPresent(provider::endSubscription);
        system.sql("update billing.postpaid set subscription_ends = true where tenant_id = ? and withdrawn_at is not"
                        + " null")
                .param(tenant.value())
                .update();
    }

    private Optional<String> subscription(TenantId tenant) {
        return system.sql("select stripe_subscription_id from billing.postpaid where tenant_id = ?")
                .param(tenant.value())
                .query((row, _) -> Optional.ofNullable(row.getString(1)))
                .optional()
                .flatMap(found -> found);
    }

    /** Makes and ends at the provider what could not be made or ended at once. @return how many were waiting */
    int catchUp() {
        if (payments.getIfAvailable() == null) {
            return 0;
        }
        List<Waiting> waiting = system.sql("""
            select tenant_id, invoice_name, invoice_email, withdrawn_at is not null from billing.postpaid
            where withdrawn_at is null and (stripe_subscription_id is null or subscription_ends)
               or withdrawn_at is not null and not subscription_ends limit 20\
            """)
                .query((row, _) -> new Waiting(
                        new TenantId(row.getObject(1, UUID.class)),
                        row.getString(2),
                        row.getString(3),
                        row.getBoolean(4)))
                .list();
        waiting.forEach(this::catchUp);
        return waiting.size();
    }

    private void catchUp(Waiting waiting) {
        try {
            if (waiting.withdrawn) {
                endSubscription(waiting.tenant);
            } else {
                ensureSubscription(waiting.tenant, waiting.name, waiting.email);
            }
        } catch (RuntimeException later) {
            log.warn("the subscription of {} could not be brought up to date: {}", waiting.tenant, later.toString());
        }
    }

    private record Waiting(TenantId tenant, String name, String email, boolean withdrawn) {}

    private void record(TenantId tenant, Money creditLine, String name, String email, @Nullable UUID by) {
        UUID id = tenant.value();
        system.sql("""
            insert into billing.accounts (id, tenant_id, currency, mode, opened_at) values (?, ?, ?, 'postpaid', ?)
            on conflict (tenant_id) do update set mode = 'postpaid'\
            """)
                .params(Ids.next(), id, properties.currency(), Timestamp.from(clock.instant()))
                .update();
        long before = system.sql("select credit_line_nanos from billing.postpaid where tenant_id = ? for update")
                .param(id)
                .query(Long.class)
                .optional()
                .orElse(0L);
        system.sql("""
            insert into billing.postpaid
                (id, tenant_id, approved_by, approved_at, credit_line_nanos, invoice_name, invoice_email)
            values (?, ?, ?, ?, ?, ?, ?)
            on conflict (tenant_id) do update set credit_line_nanos = excluded.credit_line_nanos,
                approved_by = excluded.approved_by, invoice_name = excluded.invoice_name,
                invoice_email = excluded.invoice_email, withdrawn_at = null\
            """)
                .param(Ids.next())
                .param(id)
                .param(by)
                .param(Timestamp.from(clock.instant()))
                .param(creditLine.nanos())
                .param(name)
                .param(email)
                .update();
        for (String kind : List.of("wallet", "credit_line")) {
            system.sql("""
                insert into billing.counters (tenant_id, id, kind, currency) values (?, ?, ?, ?)
                on conflict (tenant_id, kind, currency) where kind in ('wallet', 'credit_line') do nothing\
                """).params(id, Ids.next(), kind, properties.currency()).update();
        }
        int changed = system.sql("""
            update billing.counters set limit_nanos = limit_nanos + ?
            where tenant_id = ? and kind = 'credit_line' and spent_nanos + leased_nanos <= limit_nanos + ?\
            """)
                .params(creditLine.nanos() - before, id, creditLine.nanos() - before)
                .update();
        if (changed != 1) {
            throw new IllegalArgumentException("More than " + creditLine + " is already owed. Choose a higher line.");
        }
    }

    private void ensureSubscription(TenantId tenant, String name, String email) {
        Payments provider = payments.getObject();
        String customer = customer(tenant).orElseGet(() -> {
            String made = provider.customer(tenant.value(), name, email);
            system.sql("update billing.accounts set stripe_customer_id = ? where tenant_id = ? and"
                            + " stripe_customer_id is null")
                    .params(made, tenant.value())
                    .update();
            return made;
        });
        Optional<String> existing = subscription(tenant);
        String going = existing.filter(provider::resumeSubscription).orElse(null);
        if (going == null) {
            existing.ifPresent(
                    ended -> system.sql("""
                        update billing.postpaid set stripe_subscription_id = null, subscription_round = subscription_round + 1
                        where tenant_id = ? and stripe_subscription_id = ?\
                        """).params(tenant.value(), ended).update());
            int round = system.sql("select subscription_round from billing.postpaid where tenant_id = ?")
                    .param(tenant.value())
                    .query(Integer.class)
                    .single();
            going = provider.subscribe(tenant.value(), customer, round);
        }
        system.sql("""
            update billing.postpaid set stripe_subscription_id = ?, subscription_ends = false
            where tenant_id = ? and withdrawn_at is null\
            """).params(going, tenant.value()).update();
    }

    private Optional<String> customer(TenantId tenant) {
        return system.sql(
                        "select stripe_customer_id from billing.accounts where tenant_id = ? and stripe_customer_id is"
                                + " not null")
                .param(tenant.value())
                .query((row, number) -> row.getString(1))
                .optional();
    }

    /**
     * An approval.
     *
     * @param owed what is used and not yet paid for
     * @param subscribed whether the provider invoices it; if not, that is made up for
     * @param withdrawnAt null as long as it stands
     */
    public record Approval(
            TenantId tenant,
            Money creditLine,
            Money owed,
            boolean subscribed,
            Instant approvedAt,
            @Nullable Instant withdrawnAt,
            String invoiceName,
            String invoiceEmail) {
        public boolean isStanding() {
            return withdrawnAt == null;
        }
    }

    /** The approval of an organisation, standing or withdrawn, if it ever had one. */
    public Optional<Approval> find(TenantId tenant) {
        return system.sql("""
            select p.credit_line_nanos, p.approved_at, p.withdrawn_at, p.invoice_name, p.invoice_email, c.currency,
                   p.stripe_subscription_id is not null and not p.subscription_ends as subscribed,
                   p.credit_line_nanos - (c.limit_nanos - c.spent_nanos) as owed
            from billing.postpaid p join billing.counters c
              on c.tenant_id = p.tenant_id and c.kind = 'credit_line'
            where p.tenant_id = ?\
            """)
                .param(tenant.value())
                .query((row, number) -> {
                    Timestamp withdrawn = row.getTimestamp("withdrawn_at");
                    return new Approval(
                            tenant,
                            new Money(row.getLong("credit_line_nanos"), row.getString("currency")),
                            new Money(row.getLong("owed"), row.getString("currency")),
                            row.getBoolean("subscribed"),
                            row.getTimestamp("approved_at").toInstant(),
                            withdrawn == null ? null : withdrawn.toInstant(),
                            row.getString("invoice_name"),
                            row.getString("invoice_email"));
                })
                .optional();
    }

    /**
     * Seals windows of settled usage that began before this moment: from then on their usage has a fixed number of whole
     * micro-units, what is left over being carried to the next window.
     */
    int sealBefore(Instant moment) {
        List<Window> open = windows("state = 'open' and window_start < ?", moment);
        open.forEach(window -> transactions.executeWithoutResult(status -> seal(window)));
        return open.size();
    }

    private void seal(Window window) {
        Carried carried = system.sql("""
            select sealed_nanos, sealed_micros from billing.postpaid where tenant_id = ? for update\
            """)
                .param(window.tenant)
                .query((row, number) -> new Carried(row.getLong(1), row.getLong(2)))
                .single();
        // read under the lock: settlement may have added to the window until now
        Long nanos = system.sql(
                        "select nanos from billing.meter_windows where tenant_id = ? and id = ? and state = 'open' for"
                                + " update")
                .params(window.tenant, window.id)
                .query(Long.class)
                .optional()
                .orElse(null);
        if (nanos == null) {
            return;
        }
        long sealedNanos = Math.addExact(carried.nanos, nanos);
        long micros = Math.floorDiv(sealedNanos, NANOS_PER_MICRO) - carried.micros;
        system.sql("update billing.postpaid set sealed_nanos = ?, sealed_micros = ? where tenant_id = ?")
                .params(sealedNanos, carried.micros + micros, window.tenant)
                .update();
        Instant now = clock.instant();
        Payments provider = payments.getIfAvailable();
        system.sql("""
            update billing.meter_windows set state = 'sealed', micros = ?, event_at = ?, next_attempt_at = ?
            where tenant_id = ? and id = ?\
            """)
                .params(
                        micros,
                        Timestamp.from(provider == null ? now : provider.clock().instant()),
                        Timestamp.from(now),
                        window.tenant,
                        window.id)
                .update();
    }

    /** Reports sealed windows to the provider, one after the other, the oldest first. @return how many were due */
    int deliverDue() {
        Payments provider = payments.getIfAvailable();
        if (provider == null) {
            return 0;
        }
        List<Window> due = windows("state = 'sealed' and next_attempt_at <= ?", clock.instant());
        due.forEach(window -> deliver(provider, window));
        return due.size();
    }

    private void deliver(Payments provider, Window window) {
        try {
            String customer = customer(new TenantId(window.tenant)).orElseThrow();
            Payments.Reported reported = window.micros == 0
                    ? new Payments.Reported.Counted()
                    : provider.report(
                            customer, window.identifier, window.micros, Objects.requireNonNull(window.eventAt));
            switch (reported) {
                case Payments.Reported.Counted _ -> mark(window, "delivered", null);
                case Payments.Reported.Refused refused -> {
                    log.error("usage window {} is refused by the provider: {}", window.identifier, refused.problem());
                    mark(window, "failed", refused.problem());
                }
            }
        } catch (RuntimeException later) {
            system.sql("""
                update billing.meter_windows
                set attempts = attempts + 1, problem = ?, next_attempt_at = ? where tenant_id = ? and id = ?\
                """)
                    .params(
                            String.valueOf(later.getMessage()),
                            Timestamp.from(
                                    clock.instant().plusSeconds(Math.min(900, 2L << Math.min(window.attempts, 9)))),
                            window.tenant,
                            window.id)
                    .update();
        }
    }

    private void mark(Window window, String state, @Nullable String problem) {
        system.sql("""
            update billing.meter_windows set state = ?, problem = ?, delivered_at = ?, attempts = attempts + 1
            where tenant_id = ? and id = ?\
            """)
                .param(state)
                .param(problem)
                .param(Timestamp.from(clock.instant()))
                .param(window.tenant)
                .param(window.id)
                .update();
    }

    private List<Window> windows(String condition, Instant moment) {
        return system.sql("select tenant_id, id, identifier, coalesce(micros, 0) as micros, event_at, attempts "
                        + "from billing.meter_windows where " + condition + " order by window_start limit " + BATCH)
                .param(Timestamp.from(moment))
                .query((row, number) -> {
                    Timestamp eventAt = row.getTimestamp("event_at");
                    return new Window(
                            row.getObject("tenant_id", UUID.class),
                            row.getObject("id", UUID.class),
                            row.getString("identifier"),
                            row.getLong("micros"),
                            eventAt == null ? null : eventAt.toInstant(),
                            row.getInt("attempts"));
                })
                .list();
    }

    private record Carried(long nanos, long micros) {}

    private record Window(
            UUID tenant,
            UUID id,
            String identifier,
            long micros,
            @Nullable Instant eventAt,
            int attempts) {}
}
