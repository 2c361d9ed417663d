package io.souk.billing;

import io.souk.kernel.Money;
import io.souk.kernel.TenantId;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Credit that gateways take out of counters before they spend it. In every commit, what is spent and what is leased of a
 * counter is at most its limit, so no number of gateways can spend more than there is.
 */
@Component
public class Leases {
    private static final Duration REMEMBERED = Duration.ofDays(7);

    private final JdbcClient system;
    private final TransactionTemplate transactions;
    private final Reattribution reattribution;
    private final Clock clock;

    Leases(
            @Qualifier("system") JdbcClient system,
            @Qualifier("system") TransactionTemplate transactions,
            Reattribution reattribution,
            Clock clock) {
        this.system = system;
        this.transactions = transactions;
        this.reattribution = reattribution;
        this.clock = clock;
    }

    /** A journal that has not been drained to its end. @param drainedTo its watermark */
    public record JournalState(UUID id, String state, long drainedTo) {}

    /** Makes the journal of a new process known; leases are granted to it from then on. */
    public void open(UUID journalId) {
        system.sql("insert into billing.journals (id, state, opened_at) values (?, 'live', ?)")
                .params(journalId, Timestamp.from(clock.instant()))
                .update();
    }

    /** The journal as PostgreSQL knows it; empty if it never heard of it. */
    public Optional<JournalState> find(UUID journalId) {
        return system.sql("select id, state, drained_to from billing.journals where id = ?")
                .param(journalId)
                .query((row, number) -> new JournalState(
                        row.getObject("id", UUID.class), row.getString("state"), row.getLong("drained_to")))
                .optional();
    }

    /** Says that nothing is appended any more; its calls are still being drained. */
    public void seal(UUID journalId) {
        system.sql("update billing.journals set state = 'sealed' where id = ? and state = 'live'")
                .param(journalId)
                .update();
    }

    /**
     * What a gateway asks for, in nano-units.
     *
     * @param need what it cannot do without; zero when it is only for later
     * @param least the least that is of any use to it; where there is not even that, nothing is granted
     * @param want what it would like; at most an eighth of what is left is given above the need, and only in whole
     *     multiples of {@code least}: a part of a call's hold is of no use to anybody
     * @param recall whether others who hold some are to give it back if the need cannot be met
     */
    public record Wish(long need, long least, long want, boolean recall) {}

    /**
     * What was granted.
     *
     * @param nanos at least the need, or all that is left if that is less (zero if that is of no use)
     * @param heldElsewhere whether the need was not met while other gateways have some on lease
     */
    public record Granted(long nanos, boolean heldElsewhere) {}

    /**
     * Takes credit out of a counter, in one transaction. Where there is too little, and others have some on lease, the
     * counter is marked as recalled.
     *
     * @param moveId names this grant, so that a caller who did not hear the answer can ask {@link #outcomeOf}
     */
    public Granted grant(UUID journalId, TenantId tenant, UUID counterId, UUID moveId, Wish wish) {
        return Objects.requireNonNull(transactions.execute(status -> {
            if (!isLive(journalId)) {
                throw new IllegalStateException(
                        "journal " + journalId + " was closed or given up; it is granted nothing");
            }
            long available = system.sql("""
                select limit_nanos - spent_nanos - leased_nanos from billing.counters
                where tenant_id = ? and id = ? for update\
                """)
                    .params(tenant.value(), counterId)
                    .query(Long.class)
                    .optional()
                    .orElse(0L);
            long surplus = Math.max(0, Math.min(wish.want, available / 8) - wish.need);
            long ample = wish.need + surplus - surplus % Math.max(1, wish.least);
            long granted = Math.min(available, ample);
            if (granted < wish.need && granted < wish.least) {
                granted = 0;
            }
            if (granted > 0) {
                move(journalId, tenant, counterId, moveId, granted);
            }
            boolean elsewhere = granted < wish.need && isHeldElsewhere(journalId, tenant, counterId);
            if (elsewhere && wish.recall) {
                recall(tenant, counterId);
            }
            return new Granted(granted, elsewhere);
        }));
    }

    private boolean isLive(UUID journalId) {
        return system.sql("select exists (select 1 from billing.journals where id = ? and state = 'live')")
                .param(journalId)
                .query(Boolean.class)
                .single();
    }

    /** The counter's row is locked, so what it and its leases say agrees. */
    private boolean isHeldElsewhere(UUID journalId, TenantId tenant, UUID counterId) {
        return system.sql("""
            select c.leased_nanos > coalesce((select l.granted_nanos - l.settled_nanos from billing.leases l
                where l.tenant_id = c.tenant_id and l.counter_id = c.id and l.journal_id = ?), 0)
            from billing.counters c where c.tenant_id = ? and c.id = ?\
            """)
                .params(journalId, tenant.value(), counterId)
                .query(Boolean.class)
                .single();
    }

    /** The mark's change reaches every gateway by the change log; one that is fresh is not renewed. */
    private void recall(TenantId tenant, UUID counterId) {
        system.sql("""
            update billing.counters set recalled_at = clock_timestamp() where tenant_id = ? and id = ?
              and (recalled_at is null or recalled_at < clock_timestamp() - interval '50 milliseconds')\
            """).params(tenant.value(), counterId).update();
    }

    /**
     * Gives credit back to its counter. Repeating it with the same id changes nothing.
     *
     * @param nanos above zero, and no longer spendable by the caller
     */
    public void giveBack(UUID journalId, TenantId tenant, UUID counterId, UUID moveId, long nanos) {
        transactions.executeWithoutResult(status -> {
            reattribution.lockForReturn(tenant, counterId);
            // a PostgreSQL that was set back may have forgotten the grant of it
            long back = Math.min(nanos, rest(journalId, tenant, counterId));
            if (back > 0 && moved(tenant, moveId) == 0) {
                move(journalId, tenant, counterId, moveId, -back);
                reattribution.repay(tenant, counterId, moveId);
            }
        });
    }

    /** What a journal took of a counter and did not give back, spent or not; in nano-units. */
    public record Taken(TenantId tenant, UUID counterId, long nanos) {}

    /** Of every counter of which it has some that is not spent. */
    public List<Taken> takenBy(UUID journalId) {
        return system.sql("""
            select tenant_id, counter_id, granted_nanos from billing.leases
            where journal_id = ? and granted_nanos > settled_nanos\
            """)
                .param(journalId)
                .query((row, number) -> new Taken(
                        new TenantId(row.getObject("tenant_id", UUID.class)),
                        row.getObject("counter_id", UUID.class),
                        row.getLong("granted_nanos")))
                .list();
    }

    private long rest(UUID journalId, TenantId tenant, UUID counterId) {
        return system.sql("""
            select granted_nanos - settled_nanos from billing.leases
            where tenant_id = ? and journal_id = ? and counter_id = ? for update\
            """)
                .params(tenant.value(), journalId, counterId)
                .query(Long.class)
                .optional()
                .orElse(0L);
    }

    /** What the grant (above zero) or return (below zero) of this id moved; zero if it was never committed. */
    public long moved(TenantId tenant, UUID moveId) {
        return system.sql("select amount_nanos from billing.lease_moves where tenant_id = ? and id = ?")
                .params(tenant.value(), moveId)
                .query(Long.class)
                .optional()
                .orElse(0L);
    }

    /**
     * Finds out for good what a grant of unknown outcome moved, in nano-units. One that is still under way is waited for;
     * one that has not been committed can never be, since its id is taken from now on.
     */
    public long outcomeOf(UUID journalId, TenantId tenant, UUID counterId, UUID moveId) {
        return Objects.requireNonNull(transactions.execute(status -> {
            system.sql("""
                insert into billing.lease_moves (tenant_id, id, journal_id, counter_id, amount_nanos, moved_at)
                values (?, ?, ?, ?, 0, ?) on conflict do nothing\
                """)
                    .params(tenant.value(), moveId, journalId, counterId, Timestamp.from(clock.instant()))
                    .update();
            return moved(tenant, moveId);
        }));
    }

    private void move(UUID journalId, TenantId tenant, UUID counterId, UUID moveId, long nanos) {
        system.sql("""
            insert into billing.lease_moves (tenant_id, id, journal_id, counter_id, amount_nanos, moved_at)
            values (?, ?, ?, ?, ?, ?)\
            """)
                .params(tenant.value(), moveId, journalId, counterId, nanos, Timestamp.from(clock.instant()))
                .update();
        system.sql("update billing.counters set leased_nanos = leased_nanos + ? where tenant_id = ? and id = ?")
                .params(nanos, tenant.value(), counterId)
                .update();
        int leases = system.sql("""
            update billing.leases set granted_nanos = granted_nanos + ?
            where tenant_id = ? and journal_id = ? and counter_id = ?\
            """)
                .params(nanos, tenant.value(), journalId, counterId)
                .update();
        if (leases == 0) {
            system.sql("insert into billing.leases (tenant_id, journal_id, counter_id, granted_nanos) values (?,"
                            + " ?, ?, ?)")
                    .params(tenant.value(), journalId, counterId, nanos)
                    .update();
        }
    }

    /** Forgets moves so old that nobody can still be in doubt of them. */
    public int forgetOldMoves() {
        return system.sql("delete from billing.lease_moves where moved_at < ?")
                .param(Timestamp.from(clock.instant().minus(REMEMBERED)))
                .update();
    }

    /**
     * Ends a journal whose every call is settled: what it was granted and did not settle goes back to the counters.
     *
     * @return nano-units released
     */
    public long finish(UUID journalId) {
        return Objects.requireNonNull(transactions.execute(status -> {
            long released = 0;
            for (Money money : release(journalId)) {
                released = Math.addExact(released, money.nanos());
            }
            system.sql("update billing.journals set state = 'drained', closed_at = ? where id = ? and state <> 'lost'")
                    .params(Timestamp.from(clock.instant()), journalId)
                    .update();
            return released;
        }));
    }

    /** Gives back, in the caller's transaction, what a journal was granted and did not settle; what that was. */
    List<Money> release(UUID journalId) {
        List<Lease> leases = system.sql("""
            select l.tenant_id, l.counter_id, l.granted_nanos - l.settled_nanos as rest, c.currency
            from billing.leases l join billing.counters c on c.tenant_id = l.tenant_id and c.id = l.counter_id
            where l.journal_id = ? and l.granted_nanos > l.settled_nanos order by l.counter_id for update\
            """)
                .param(journalId)
                .query((row, number) -> new Lease(
                        row.getObject("tenant_id", UUID.class),
                        row.getObject("counter_id", UUID.class),
                        new Money(row.getLong("rest"), row.getString("currency"))))
                .list();
        for (Lease lease : leases) {
            system.sql("update billing.counters set leased_nanos = leased_nanos - ? where tenant_id = ? and id = ?")
                    .params(lease.rest.nanos(), lease.tenant, lease.counter)
                    .update();
            reattribution.repay(new TenantId(lease.tenant), lease.counter, journalId);
        }
        system.sql("update billing.leases set granted_nanos = settled_nanos where journal_id = ?")
                .param(journalId)
                .update();
        return leases.stream().map(Lease::rest).toList();
    }

    private record Lease(UUID tenant, UUID counter, Money rest) {}
}
