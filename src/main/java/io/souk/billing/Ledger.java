package io.souk.billing;

import io.souk.kernel.Ids;
import io.souk.kernel.TenantId;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The double-entry ledger. Every transaction sums to zero, none is ever changed, and each business fact is posted once
 * because its posting key is unique; the database enforces all three.
 */
@Component
class Ledger {
    enum Kind {
        TOP_UP,
        USAGE,
        INVOICE,
        ADJUSTMENT
    }

    private final JdbcClient app;
    private final JdbcClient system;

    Ledger(JdbcClient app, @Qualifier("system") JdbcClient system) {
        this.app = app;
        this.system = system;
    }

    /**
     * Posts within the settlement's or a job's transaction.
     *
     * @return false if this business fact was posted before; then nothing is written
     */
    @Transactional(transactionManager = "systemTransactionManager", propagation = Propagation.MANDATORY)
    public boolean postAsSystem(Posting posting) {
        return post(system, posting);
    }

    /**
     * Posts a settlement's batch within its transaction, all in two statements.
     *
     * @throws IllegalStateException if one of these facts was posted before: a batch is settled once
     */
    @Transactional(transactionManager = "systemTransactionManager", propagation = Propagation.MANDATORY)
    public void postAll(List<Posting> postings) {
        int written = system.sql("""
            insert into billing.ledger_transactions
                (tenant_id, id, posting_key, kind, currency, description, occurred_at)
            select * from unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[])
            on conflict (tenant_id, posting_key) do nothing\
            """)
                .params(
                        array(postings, UUID[]::new, posting -> posting.tenant.value()),
                        array(postings, UUID[]::new, posting -> posting.id),
                        array(postings, String[]::new, posting -> posting.key),
                        array(
                                postings,
                                String[]::new,
                                posting -> posting.kind.name().toLowerCase(Locale.ROOT)),
                        array(postings, String[]::new, posting -> posting.currency),
                        array(postings, String[]::new, posting -> posting.description),
                        array(postings, Timestamp[]::new, posting -> Timestamp.from(posting.occurredAt)))
                .update();
        if (written != postings.size()) {
            throw new IllegalStateException(
                    (postings.size() - written) + " of " + postings.size() + " postings of a batch were posted before");
        }
        List<Line> lines = new ArrayList<>();
        postings.forEach(posting -> posting.entries.forEach(
                (account, nanos) -> lines.add(new Line(posting.tenant.value(), posting.id, account, nanos))));
        system.sql("""
            insert into billing.ledger_entries (tenant_id, id, transaction_id, account, amount_nanos)
            select * from unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::text[], ?::int8[])\
            """)
                .params(
                        array(lines, UUID[]::new, Line::tenant),
                        array(lines, UUID[]::new, line -> Ids.next()),
                        array(lines, UUID[]::new, Line::transaction),
                        array(lines, String[]::new, line -> line.account.column()),
                        array(lines, Long[]::new, Line::nanos))
                .update();
    }

    private record Line(UUID tenant, UUID transaction, LedgerAccount account, long nanos) {}

    private static <S, T> T[] array(List<S> from, IntFunction<T[]> type, Function<S, T> value) {
        return from.stream().map(value).toArray(type);
    }

    /** Posts within a request's transaction, as the tenant bound to it; false if the fact was posted before. */
    @Transactional(propagation = Propagation.MANDATORY)
    public boolean post(Posting posting) {
        return post(app, posting);
    }

    private static boolean post(JdbcClient jdbc, Posting posting) {
        int written = jdbc.sql("""
            insert into billing.ledger_transactions
                (tenant_id, id, posting_key, kind, currency, description, occurred_at)
            values (?, ?, ?, ?, ?, ?, ?) on conflict (tenant_id, posting_key) do nothing\
            """)
                .params(
                        posting.tenant.value(),
                        posting.id,
                        posting.key,
                        posting.kind.name().toLowerCase(Locale.ROOT),
                        posting.currency,
                        posting.description,
                        Timestamp.from(posting.occurredAt))
                .update();
        if (written == 1) {
            posting.entries.forEach((account, nanos) -> jdbc.sql("""
                insert into billing.ledger_entries (tenant_id, id, transaction_id, account, amount_nanos)
                values (?, ?, ?, ?, ?)\
                """)
                    .params(posting.tenant.value(), Ids.next(), posting.id, account.column(), nanos)
                    .update());
        }
        return written == 1;
    }

    /** A transaction being put together; whatever is moved leaves one account and reaches another. */
    static final class Posting {
        private final TenantId tenant;
        private final UUID id;
        private final String key;
        private final Kind kind;
        private final String currency;
        private final String description;
        private final Instant occurredAt;
        private final Map<LedgerAccount, Long> entries = new EnumMap<>(LedgerAccount.class);

        /** @param key the business fact, such as {@code topup:<payment intent>} */
        Posting(
                TenantId tenant,
                UUID id,
                String key,
                Kind kind,
                String currency,
                String description,
                Instant occurredAt) {
            this.tenant = tenant;
            this.id = id;
            this.key = key;
            this.kind = kind;
            this.currency = currency;
            this.description = description;
            this.occurredAt = occurredAt;
        }

        /** @param nanos at least zero, in 1e-9 of the currency */
        Posting move(LedgerAccount from, LedgerAccount to, long nanos) {
            entries.merge(from, -nanos, Math::addExact);
            entries.merge(to, nanos, Math::addExact);
            entries.values().removeIf(amount -> amount == 0);
            return this;
        }

        boolean isEmpty() {
            return entries.isEmpty();
        }
    }
}
