package io.souk.billing;

import io.souk.kernel.Ids;
import io.souk.kernel.TenantId;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
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
