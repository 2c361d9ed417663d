package io.souk.billing;

import io.souk.kernel.TenantId;
import java.sql.Timestamp;
import java.time.Clock;
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
    private final JdbcClient system;
    private final TransactionTemplate transactions;
    private final Clock clock;

    Leases(@Qualifier("system") JdbcClient system, @Qualifier("system") TransactionTemplate transactions, Clock clock) {
        this.system = system;
        this.transactions = transactions;
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
     * Takes credit out of a counter, in one transaction.
     *
     * @param moveId names this grant, so that a caller who did not hear the answer can ask {@link #moved}
     * @param need what the caller cannot do without, in nano-units, above zero
     * @param want what it would like; at most an eighth of what is left is given above the need
     * @return what was granted: at least {@code need}, or all that is left if that is less (zero if nothing is)
     */
    public long grant(UUID journalId, TenantId tenant, UUID counterId, UUID moveId, long need, long want) {
        return Objects.requireNonNull(transactions.execute(status -> {
            long available = system.sql("""
                select limit_nanos - spent_nanos - leased_nanos from billing.counters
                where tenant_id = ? and id = ? for update\
                """)
                    .params(tenant.value(), counterId)
                    .query(Long.class)
                    .optional()
                    .orElse(0L);
            long granted = Math.min(available, Math.max(need, Math.min(want, available / 8)));
            if (granted <= 0) {
                return 0L;
            }
            move(journalId, tenant, counterId, moveId, granted);
            return granted;
        }));
    }

    /**
     * Gives credit back to its counter. Repeating it with the same id changes nothing.
     *
     * @param nanos above zero, and no longer spendable by the caller
     */
    public void giveBack(UUID journalId, TenantId tenant, UUID counterId, UUID moveId, long nanos) {
        transactions.executeWithoutResult(status -> {
            if (moved(tenant, moveId) == 0) {
                move(journalId, tenant, counterId, moveId, -nanos);
            }
        });
    }

    /** What the grant (above zero) or return (below zero) of this id moved; zero if it was never committed. */
    public long moved(TenantId tenant, UUID moveId) {
        return system.sql("select amount_nanos from billing.lease_moves where tenant_id = ? and id = ?")
                .params(tenant.value(), moveId)
                .query(Long.class)
                .optional()
                .orElse(0L);
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

    /**
     * Ends a journal whose every call is settled: what it was granted and did not settle goes back to the counters.
     *
     * @return nano-units released
     */
    public long finish(UUID journalId) {
        return Objects.requireNonNull(transactions.execute(status -> {
            List<Lease> leases = system.sql("""
                select tenant_id, counter_id, granted_nanos - settled_nanos as rest from billing.leases
                where journal_id = ? order by counter_id for update\
                """)
                    .param(journalId)
                    .query((row, number) -> new Lease(
                            row.getObject("tenant_id", UUID.class),
                            row.getObject("counter_id", UUID.class),
                            row.getLong("rest")))
                    .list();
            long released = 0;
            for (Lease lease : leases) {
                system.sql("update billing.counters set leased_nanos = leased_nanos - ? where tenant_id = ? and id = ?")
                        .params(lease.rest, lease.tenant, lease.counter)
                        .update();
                released = Math.addExact(released, lease.rest);
            }
            system.sql("update billing.leases set granted_nanos = settled_nanos where journal_id = ?")
                    .param(journalId)
                    .update();
            system.sql("update billing.journals set state = 'drained', closed_at = ? where id = ?")
                    .params(Timestamp.from(clock.instant()), journalId)
                    .update();
            return released;
        }));
    }

    private record Lease(UUID tenant, UUID counter, long rest) {}
}
