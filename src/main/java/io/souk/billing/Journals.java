package io.souk.billing;

import io.souk.kernel.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The journals of gateways, as PostgreSQL knows them, for whoever decides about one that will never be read again. Nothing
 * decides that by age: a gateway that is only slow or cut off still spends what its leases allow.
 */
@Component
public class Journals {
    /** A gateway says that it lives several times in this time. */
    public static final Duration SILENCE = Duration.ofMinutes(2);

    private static final int MOST = 200;

    private final JdbcClient system;
    private final TransactionTemplate transactions;
    private final Leases leases;
    private final Clock clock;

    Journals(
            @Qualifier("system") JdbcClient system,
            @Qualifier("system") TransactionTemplate transactions,
            Leases leases,
            Clock clock) {
        this.system = system;
        this.transactions = transactions;
        this.leases = leases;
        this.clock = clock;
    }

    /**
     * A journal.
     *
     * @param state live, sealed (nothing is appended any more), drained or lost
     * @param seenAt when its gateway last said that it lives; null if it never did
     * @param leased credit that it took out and did not settle, by currency
     */
    public record JournalView(
            UUID id,
            String state,
            Instant openedAt,
            @Nullable Instant seenAt,
            long drainedTo,
            List<Money> leased) {
        /** Whether it still holds credit. */
        public boolean isOpen() {
            return state.equals("live") || state.equals("sealed");
        }
    }

    /** What became of declaring a journal lost. */
    public sealed interface Declaration {
        /** @param released nano-units that are free again, by currency */
        record Lost(List<Money> released) implements Declaration {}

        /** Its gateway was heard of a moment ago: it lives, and what it holds is not lost. */
        record StillHeardOf(Instant seenAt) implements Declaration {}

        /** There is no such journal, or it was drained or declared lost before. */
        record NothingToDeclare() implements Declaration {}
    }

    /** Those that hold credit first, then the newest; at most 200. */
    public List<JournalView> list() {
        Map<UUID, List<Money>> leased = new HashMap<>();
        system.sql("""
            select l.journal_id, c.currency, sum(l.granted_nanos - l.settled_nanos)::bigint as rest
            from billing.leases l join billing.counters c on c.tenant_id = l.tenant_id and c.id = l.counter_id
            where l.granted_nanos > l.settled_nanos
            group by l.journal_id, c.currency order by c.currency\
            """)
                .query((row, number) ->
                        Map.entry(row.getObject(1, UUID.class), new Money(row.getLong(3), row.getString(2))))
                .list()
                .forEach(entry -> leased.computeIfAbsent(entry.getKey(), id -> new java.util.ArrayList<>())
                        .add(entry.getValue()));
        return system.sql("""
            select id, state, opened_at, seen_at, drained_to from billing.journals
            order by state in ('live', 'sealed') desc, opened_at desc limit ?\
            """)
                .param(MOST)
                .query((row, number) -> view(row, leased))
                .list();
    }

    private static JournalView view(ResultSet row, Map<UUID, List<Money>> leased) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        Timestamp seen = row.getTimestamp("seen_at");
        return new JournalView(
                id,
                row.getString("state"),
                row.getTimestamp("opened_at").toInstant(),
                seen == null ? null : seen.toInstant(),
                row.getLong("drained_to"),
                leased.getOrDefault(id, List.of()));
    }

    /** The gateway that writes this journal lives. */
    public void heardOf(UUID journalId) {
        system.sql("update billing.journals set seen_at = ? where id = ? and state = 'live'")
                .params(Timestamp.from(clock.instant()), journalId)
                .update();
    }

    /**
     * Gives up a journal whose volume is gone: what it had taken out and not settled is free again, its id is granted
     * nothing more, and records that turn up later are kept apart and never charged.
     *
     * @param by who says so
     */
    public Declaration declareLost(UUID journalId, @Nullable UUID by) {
        return Objects.requireNonNull(transactions.execute(status -> declareLostInTransaction(journalId, by)));
    }

    private Declaration declareLostInTransaction(UUID journalId, @Nullable UUID by) {
        JournalView journal = system.sql("""
            select id, state, opened_at, seen_at, drained_to from billing.journals where id = ? for update\
            """)
                .param(journalId)
                .query((row, number) -> view(row, Map.of()))
                .optional()
                .orElse(null);
        if (journal == null || !journal.isOpen()) {
            return new Declaration.NothingToDeclare();
        }
        Instant now = clock.instant();
        Instant seen = journal.seenAt;
        if (journal.state.equals("live") && seen != null && seen.isAfter(now.minus(SILENCE))) {
            return new Declaration.StillHeardOf(seen);
        }
        List<Money> released = leases.release(journalId);
        system.sql("update billing.journals set state = 'lost', closed_at = ?, lost_by = ? where id = ?")
                .param(Timestamp.from(now))
                .param(by)
                .param(journalId)
                .update();
        return new Declaration.Lost(released);
    }
}
