package io.souk.billing;

import io.souk.kernel.Ids;
import io.souk.kernel.TenantId;
import io.souk.usage.CallRecord;
import io.souk.usage.CallRecords;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Turns finished calls into money: one transaction per batch writes the usage rows, the ledger, the counters, the
 * leases, the roll-ups, the outbox and the journal's watermark, or none of them.
 */
@Component
public class Settlement {
    /** A call dated outside these bounds would land in no partition, or in a closed period: a person must look. */
    private static final Duration OLDEST = Duration.ofDays(28);

    private static final Duration NEWEST = Duration.ofDays(1);
    private static final Logger log = LoggerFactory.getLogger(Settlement.class);

    private final JdbcClient system;
    private final TransactionTemplate transactions;
    private final CallRecords calls;
    private final Ledger ledger;
    private final MeterWindows meterWindows;
    private final Reattribution reattribution;
    private final Clock clock;

    Settlement(
            @Qualifier("system") JdbcClient system,
            @Qualifier("system") TransactionTemplate transactions,
            CallRecords calls,
            Ledger ledger,
            MeterWindows meterWindows,
            Reattribution reattribution,
            Clock clock) {
        this.system = system;
        this.transactions = transactions;
        this.calls = calls;
        this.ledger = ledger;
        this.meterWindows = meterWindows;
        this.reattribution = reattribution;
        this.clock = clock;
    }

    /** What became of a batch. */
    public sealed interface Outcome {
        /** The batch is settled and the watermark stands at its end. @param charged how many calls were new */
        record Settled(int charged) implements Outcome {}

        /** The journal's watermark is not where the batch begins; nothing was done. Drain from {@code drainedTo}. */
        record ElsewhereDrained(long drainedTo) implements Outcome {}
    }

    /**
     * Settles the calls that a journal closed between two of its positions.
     *
     * @param from where the previous batch ended
     * @param to where this one ends
     */
    public Outcome settle(UUID journalId, long from, long to, List<FinishedCall> batch) {
        return Objects.requireNonNull(transactions.execute(status -> settleInTransaction(journalId, from, to, batch)));
    }

    private Outcome settleInTransaction(UUID journalId, long from, long to, List<FinishedCall> batch) {
        long drainedTo = system.sql("select drained_to from billing.journals where id = ? for update")
                .param(journalId)
                .query(Long.class)
                .single();
        if (drainedTo != from) {
            return new Outcome.ElsewhereDrained(drainedTo);
        }
        Instant now = clock.instant();
        List<FinishedCall> plausible = new ArrayList<>(batch.size());
        for (FinishedCall finished : batch) {
            if (isPlausible(finished.call(), now)) {
                plausible.add(finished);
            } else {
                quarantine(journalId, finished, now);
            }
        }
        int charged = charge(journalId, from, plausible, now);
        int moved = system.sql("update billing.journals set drained_to = ? where id = ? and drained_to = ?")
                .params(to, journalId, from)
                .update();
        if (moved != 1) {
            throw new IllegalStateException("the watermark of journal " + journalId + " moved under its own lock");
        }
        return new Outcome.Settled(charged);
    }

    private int charge(UUID journalId, long from, List<FinishedCall> batch, Instant now) {
        Map<TenantId, UUID> transactionIds = new HashMap<>();
        Map<UUID, FinishedCall> byId = new HashMap<>();
        for (FinishedCall finished : batch) {
            transactionIds.computeIfAbsent(finished.call().tenant(), tenant -> Ids.next());
            byId.putIfAbsent(finished.call().callId(), finished);
        }
        List<CallRecord> inserted =
                calls.insert(batch.stream().map(FinishedCall::call).toList(), transactionIds, now);
        calls.rollUp(inserted);

        Map<UUID, Long> spent = new TreeMap<>();
        Map<TenantId, Long> absorbed = new HashMap<>();
        Map<UUID, TenantId> tenants = new HashMap<>();
        for (CallRecord call : inserted) {
            for (FinishedCall.Share share :
                    Objects.requireNonNull(byId.get(call.callId())).shares()) {
                if (share.nanos() > 0) {
                    spent.merge(share.counterId(), share.nanos(), Math::addExact);
                    tenants.put(share.counterId(), call.tenant());
                }
            }
            absorbed.merge(call.tenant(), call.absorbedNanos(), Math::addExact);
        }
        if (!spent.isEmpty()) {
            Map<UUID, Reattribution.Counter> counters = reattribution.lock(tenants);
            Map<UUID, Long> paid = reattribution.inOrder(counters, spent);
            spend(journalId, counters, spent, paid);
            reattribution.note(counters, spent, paid);
            post(journalId, from, transactionIds, counters, paid, absorbed, now);
        }
        return inserted.size();
    }

    /**
     * Takes what calls were funded from out of the leases, and books it as spent where it is really paid from; in id
     * order, as every grant does.
     */
    private void spend(
            UUID journalId, Map<UUID, Reattribution.Counter> counters, Map<UUID, Long> charged, Map<UUID, Long> paid) {
        paid.forEach((counterId, nanos) -> {
            Reattribution.Counter counter = counters.get(counterId);
            if (counter == null) {
                throw new IllegalStateException("there is no counter " + counterId + ", which is charged");
            }
            long leased = charged.getOrDefault(counterId, 0L);
            if (nanos == 0 && leased == 0) {
                return;
            }
            system.sql("""
                update billing.counters set spent_nanos = spent_nanos + ?, leased_nanos = leased_nanos - ?
                where tenant_id = ? and id = ?\
                """)
                    .params(nanos, leased, counter.tenant().value(), counterId)
                    .update();
            if (leased > 0) {
                int leases = system.sql("""
                    update billing.leases set settled_nanos = settled_nanos + ?
                    where tenant_id = ? and journal_id = ? and counter_id = ?\
                    """)
                        .params(leased, counter.tenant().value(), journalId, counterId)
                        .update();
                if (leases != 1) {
                    throw new IllegalStateException(
                            "journal " + journalId + " charges counter " + counterId + ", of which it has no lease");
                }
            }
        });
    }

    private void post(
            UUID journalId,
            long from,
            Map<TenantId, UUID> transactionIds,
            Map<UUID, Reattribution.Counter> counters,
            Map<UUID, Long> paid,
            Map<TenantId, Long> absorbed,
            Instant now) {
        Map<TenantId, Ledger.Posting> postings = new HashMap<>();
        paid.forEach((counterId, nanos) -> {
            Reattribution.Counter counter = Objects.requireNonNull(counters.get(counterId));
            if (!counter.isMoney() || nanos == 0) {
                return;
            }
            Ledger.Posting posting = postings.computeIfAbsent(
                    counter.tenant(),
                    tenant -> posting(tenant, transactionIds, journalId, from, counter.currency(), now));
            posting.move(counter.account(), LedgerAccount.REVENUE, nanos);
            if (counter.isCreditLine()) {
                meterWindows.add(counter.tenant(), nanos, now);
            }
        });
        absorbed.forEach((tenant, nanos) -> {
            Ledger.Posting posting = postings.get(tenant);
            if (nanos > 0 && posting != null) {
                posting.move(LedgerAccount.ABSORBED_OVERRUN, LedgerAccount.REVENUE, nanos);
            }
        });
        postings.values().stream().filter(posting -> !posting.isEmpty()).forEach(ledger::postAsSystem);
    }

    private static Ledger.Posting posting(
            TenantId tenant, Map<TenantId, UUID> ids, UUID journalId, long from, String currency, Instant now) {
        return new Ledger.Posting(
                tenant,
                Objects.requireNonNull(ids.get(tenant)),
                "usage:" + journalId + ":" + from,
                Ledger.Kind.USAGE,
                currency,
                "Usage",
                now);
    }

    private static boolean isPlausible(CallRecord call, Instant now) {
        return call.startedAt().isAfter(now.minus(OLDEST)) && call.startedAt().isBefore(now.plus(NEWEST));
    }

    /** Keeps the record for a person, charges nothing, and gives its money back to the counters. */
    private void quarantine(UUID journalId, FinishedCall finished, Instant now) {
        CallRecord call = finished.call();
        log.error(
                "call {} is dated {}, which cannot be: kept in billing.quarantine, not charged",
                call.callId(),
                call.startedAt());
        system.sql("""
            insert into billing.quarantine (tenant_id, call_id, journal_id, problem, record, recorded_at)
            values (?, ?, ?, ?, to_jsonb(?::text), ?) on conflict do nothing\
            """)
                .params(
                        call.tenant().value(),
                        call.callId(),
                        journalId,
                        "implausible date",
                        call.toString(),
                        Timestamp.from(now))
                .update();
        for (FinishedCall.Share share : finished.shares()) {
            system.sql("update billing.counters set leased_nanos = leased_nanos - ? where tenant_id = ? and id = ?")
                    .params(share.nanos(), call.tenant().value(), share.counterId())
                    .update();
            system.sql("""
                update billing.leases set granted_nanos = granted_nanos - ?
                where tenant_id = ? and journal_id = ? and counter_id = ?\
                """)
                    .params(share.nanos(), call.tenant().value(), journalId, share.counterId())
                    .update();
        }
    }
}
