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
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Turns finished calls into money: one transaction per batch writes the usage rows, the ledger, the counters, the
 * leases, what is to be rolled up, the outbox and the journal's watermark, or none of them.
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
        try {
            return settle(journalId, from, to, batch, true);
        } catch (DuplicateKeyException writtenBefore) {
            log.info(
                    "journal {} has calls after {} that are settled already: {}",
                    journalId,
                    from,
                    writtenBefore.getMostSpecificCause().getMessage());
            return settle(journalId, from, to, batch, false);
        }
    }

    /** @param allNew expects that no call of the batch was ever settled, as is so but after a restore; fails if one was */
    private Outcome settle(UUID journalId, long from, long to, List<FinishedCall> batch, boolean allNew) {
        return Objects.requireNonNull(
                transactions.execute(_ -> settleInTransaction(journalId, from, to, batch, allNew)));
    }

    private Outcome settleInTransaction(UUID journalId, long from, long to, List<FinishedCall> batch, boolean allNew) {
        Standing journal = system.sql("select drained_to, state from billing.journals where id = ? for update")
                .param(journalId)
                .query((row, number) ->
                        new Standing(row.getLong(1), row.getString(2).equals("lost")))
                .single();
        if (journal.drainedTo != from) {
            return new Outcome.ElsewhereDrained(journal.drainedTo);
        }
        Instant now = clock.instant();
        List<FinishedCall> plausible = new ArrayList<>(batch.size());
        for (FinishedCall finished : batch) {
            if (journal.lost) {
                keepApart(journalId, finished, "its journal was given up before", now);
            } else if (isPlausible(finished.call(), now)) {
                plausible.add(finished);
            } else {
                keepApart(journalId, finished, "implausible date", now);
                giveBack(journalId, finished);
            }
        }
        int charged = charge(journalId, from, plausible, now, allNew);
        int moved = system.sql("update billing.journals set drained_to = ? where id = ? and drained_to = ?")
                .params(to, journalId, from)
                .update();
        if (moved != 1) {
            throw new IllegalStateException("the watermark of journal " + journalId + " moved under its own lock");
        }
        return new Outcome.Settled(charged);
    }

    private int charge(UUID journalId, long from, List<FinishedCall> batch, Instant now, boolean allNew) {
        Map<TenantId, UUID> transactionIds = new HashMap<>();
        for (FinishedCall finished : batch) {
            transactionIds.computeIfAbsent(finished.call().tenant(), _ -> Ids.next());
        }
        List<FinishedCall> inserted = insert(batch, transactionIds, now, allNew);

        Map<UUID, Long> spent = new TreeMap<>();
        Map<TenantId, Absorbed> absorbed = new HashMap<>();
        Map<UUID, TenantId> tenants = new HashMap<>();
        for (FinishedCall finished : inserted) {
            CallRecord call = finished.call();
            for (FinishedCall.Share share : finished.shares()) {
                if (share.nanos() > 0) {
                    spent.merge(share.counterId(), share.nanos(), Math::addExact);
                    tenants.put(share.counterId(), call.tenant());
                }
            }
            if (call.absorbedNanos() > 0) {
                Absorbed.add(absorbed, call.tenant(), call.currency(), call.absorbedNanos());
            }
        }
        Map<UUID, Reattribution.Counter> counters = Map.of();
        Map<UUID, Long> paid = Map.of();
        if (!spent.isEmpty()) {
            counters = reattribution.lock(tenants);
            bear(journalId, counters, spent, absorbed);
            paid = reattribution.inOrder(counters, spent);
            spend(journalId, counters, spent, paid);
            reattribution.note(counters, spent, paid);
        }
        post(journalId, from, transactionIds, counters, paid, absorbed, now);
        return inserted.size();
    }

    /** The calls that were not written before. */
    private List<FinishedCall> insert(
            List<FinishedCall> batch, Map<TenantId, UUID> transactionIds, Instant now, boolean allNew) {
        List<CallRecord> records = batch.stream().map(FinishedCall::call).toList();
        if (allNew) {
            calls.insertNew(records, transactionIds, now);
            return batch;
        }
        Map<UUID, FinishedCall> byId = new HashMap<>();
        batch.forEach(finished -> byId.putIfAbsent(finished.call().callId(), finished));
        return calls.insert(records, transactionIds, now).stream()
                .map(call -> Objects.requireNonNull(byId.get(call.callId())))
                .toList();
    }

    /** What the house bears of an organisation's calls. */
    private record Absorbed(String currency, long nanos) {
        static void add(Map<TenantId, Absorbed> all, TenantId tenant, String currency, long nanos) {
            all.merge(
                    tenant,
                    new Absorbed(currency, nanos),
                    (before, more) -> new Absorbed(before.currency, Math.addExact(before.nanos, more.nanos)));
        }
    }

    /**
     * A PostgreSQL that was set back to an earlier moment has forgotten grants that calls were paid from. They are granted
     * again as far as there is credit; what is beyond is borne by the house, so that nobody's credit falls below zero.
     */
    private void bear(
            UUID journalId,
            Map<UUID, Reattribution.Counter> counters,
            Map<UUID, Long> spent,
            Map<TenantId, Absorbed> absorbed) {
        Map<UUID, Long> rest = new HashMap<>();
        system.sql("""
            select counter_id, granted_nanos - settled_nanos from billing.leases
            where journal_id = ? and tenant_id = any (?) and counter_id = any (?) for update\
            """)
                .params(journalId, tenants(counters), spent.keySet().toArray(UUID[]::new))
                .query((row, number) -> rest.put(row.getObject(1, UUID.class), row.getLong(2)))
                .list();
        for (Map.Entry<UUID, Long> charge : spent.entrySet()) {
            Reattribution.Counter counter = counters.get(charge.getKey());
            if (counter == null) {
                throw new IllegalStateException("there is no counter " + charge.getKey() + ", which is charged");
            }
            long missing = charge.getValue() - rest.getOrDefault(counter.id(), 0L);
            if (missing > 0) {
                long granted = Math.min(missing, counter.idle());
                log.warn(
                        "journal {} charges counter {} by {} nano-units more than it has on lease, as after a restored"
                                + " backup; {} are granted again",
                        journalId,
                        counter.id(),
                        missing,
                        granted);
                grantAgain(journalId, counter, granted);
                counters.put(counter.id(), counter.withLeased(granted));
                charge.setValue(charge.getValue() - (missing - granted));
                if (counter.isMoney() && missing > granted) {
                    Absorbed.add(absorbed, counter.tenant(), counter.currency(), missing - granted);
                }
            }
        }
    }

    private void grantAgain(UUID journalId, Reattribution.Counter counter, long nanos) {
        system.sql("update billing.counters set leased_nanos = leased_nanos + ? where tenant_id = ? and id = ?")
                .params(nanos, counter.tenant().value(), counter.id())
                .update();
        system.sql("""
            insert into billing.leases (tenant_id, journal_id, counter_id, granted_nanos) values (?, ?, ?, ?)
            on conflict (tenant_id, journal_id, counter_id)
            do update set granted_nanos = leases.granted_nanos + excluded.granted_nanos\
            """)
                .params(counter.tenant().value(), journalId, counter.id(), nanos)
                .update();
    }

    private static UUID[] tenants(Map<UUID, Reattribution.Counter> counters) {
        return counters.values().stream()
                .map(counter -> counter.tenant().value())
                .distinct()
                .toArray(UUID[]::new);
    }

    /**
     * Takes what calls were funded from out of the leases, and books it as spent where it is really paid from. The
     * counters' rows are locked.
     */
    private void spend(
            UUID journalId, Map<UUID, Reattribution.Counter> counters, Map<UUID, Long> charged, Map<UUID, Long> paid) {
        List<Reattribution.Counter> moved = counters.values().stream()
                .filter(counter -> amount(paid, counter) != 0 || amount(charged, counter) != 0)
                .toList();
        UUID[] tenants = moved.stream().map(counter -> counter.tenant().value()).toArray(UUID[]::new);
        UUID[] ids = moved.stream().map(Reattribution.Counter::id).toArray(UUID[]::new);
        Long[] leased = moved.stream().map(counter -> amount(charged, counter)).toArray(Long[]::new);
        system.sql("""
            update billing.counters c set spent_nanos = spent_nanos + g.paid, leased_nanos = leased_nanos - g.leased
            from unnest(?::uuid[], ?::uuid[], ?::int8[], ?::int8[]) as g(tenant, id, paid, leased)
            where c.tenant_id = g.tenant and c.id = g.id\
            """)
                .params(
                        tenants,
                        ids,
                        moved.stream().map(counter -> amount(paid, counter)).toArray(Long[]::new),
                        leased)
                .update();
        system.sql("""
            update billing.leases l set settled_nanos = settled_nanos + g.leased
            from unnest(?::uuid[], ?::uuid[], ?::int8[]) as g(tenant, id, leased)
            where l.journal_id = ? and l.tenant_id = g.tenant and l.counter_id = g.id and g.leased > 0\
            """).params(tenants, ids, leased, journalId).update();
    }

    private static long amount(Map<UUID, Long> of, Reattribution.Counter counter) {
        return of.getOrDefault(counter.id(), 0L);
    }

    private void post(
            UUID journalId,
            long from,
            Map<TenantId, UUID> transactionIds,
            Map<UUID, Reattribution.Counter> counters,
            Map<UUID, Long> paid,
            Map<TenantId, Absorbed> absorbed,
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
        absorbed.forEach((tenant, borne) -> postings.computeIfAbsent(
                        tenant, _ -> posting(tenant, transactionIds, journalId, from, borne.currency, now))
                .move(LedgerAccount.ABSORBED_OVERRUN, LedgerAccount.REVENUE, borne.nanos));
        List<Ledger.Posting> toPost =
                postings.values().stream().filter(posting -> !posting.isEmpty()).toList();
        if (!toPost.isEmpty()) {
            ledger.postAll(toPost);
        }
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

    /** @param lost whether an admin gave it up: its credit is free again, so nothing can be charged to it */
    private record Standing(long drainedTo, boolean lost) {}

    /** Keeps the record for a person and charges nothing. */
    private void keepApart(UUID journalId, FinishedCall finished, String problem, Instant now) {
        CallRecord call = finished.call();
        log.error(
                "call {} of {} is kept in billing.quarantine and not charged: {}",
                call.callId(),
                call.startedAt(),
                problem);
        system.sql("""
            insert into billing.quarantine (tenant_id, call_id, journal_id, problem, record, recorded_at)
            values (?, ?, ?, ?, to_jsonb(?::text), ?) on conflict do nothing\
            """)
                .params(call.tenant().value(), call.callId(), journalId, problem, call.toString(), Timestamp.from(now))
                .update();
    }

    private void giveBack(UUID journalId, FinishedCall finished) {
        CallRecord call = finished.call();
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
