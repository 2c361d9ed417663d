package io.souk.billing;

import io.souk.kernel.Money;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * How the organisation bound to the thread came by what it has: the ledger's side of its wallet, or of what it owes on
 * invoice. Usage is summed by day (UTC); everything else stands by itself. Each figure is a sum of ledger entries, exact.
 */
@Component
public class Statements {
    /** So many single transactions are shown of a range of days; whoever has more chooses fewer days. */
    public static final int MOST = 5_000;

    private final JdbcClient app;
    private final BillingProperties properties;

    Statements(JdbcClient app, BillingProperties properties) {
        this.app = app;
        this.properties = properties;
    }

    /** Which of the organisation's two accounts. */
    public enum Account {
        /** Credit that was paid for. */
        WALLET(LedgerAccount.CUSTOMER_WALLET),
        /** What is owed on invoice: below zero until it is paid. */
        INVOICE(LedgerAccount.CUSTOMER_RECEIVABLE);

        private final LedgerAccount ledger;

        Account(LedgerAccount ledger) {
            this.ledger = ledger;
        }

        String column() {
            return ledger.column();
        }
    }

    public enum Kind {
        TOP_UP,
        USAGE,
        INVOICE,
        ADJUSTMENT
    }

    /**
     * A line.
     *
     * @param day the day in UTC
     * @param at when it was booked; null for usage, which is that of the whole day
     * @param amount what it added, below zero for what it took
     * @param balance what there was after it
     * @param receipt the number of the payment's receipt, null where there is none
     * @param entries how many ledger entries it sums up
     */
    public record Line(
            LocalDate day,
            @Nullable Instant at,
            Kind kind,
            String description,
            Money amount,
            Money balance,
            @Nullable String receipt,
            long entries) {}

    /**
     * A statement.
     *
     * @param opening what there was before the first day
     * @param closing what there was after the last
     * @param lines the newest first
     * @param complete false if there were more than {@link #MOST} single transactions, of which the newest are shown
     */
    public record Statement(Money opening, Money closing, List<Line> lines, boolean complete) {}

    private record Entry(
            LocalDate day,
            @Nullable Instant at,
            Kind kind,
            String description,
            long nanos,
            @Nullable String receipt,
            long entries) {}

    /** The statement of these days, both included. */
    @Transactional(readOnly = true)
    public Statement of(Account account, LocalDate from, LocalDate to) {
        String currency = properties.currency();
        long opening = sum(account, LocalDate.EPOCH, from.minusDays(1), currency);
        long closing = Math.addExact(opening, sum(account, from, to, currency));
        List<Entry> entries = new ArrayList<>(days(account, from, to, currency));
        List<Entry> single = single(account, from, to, currency);
        entries.addAll(single.size() > MOST ? single.subList(0, MOST) : single);
        // usage of a day comes after whatever else was booked on it
        entries.sort(Comparator.comparing(Entry::day)
                .thenComparing(entry -> entry.at == null ? Instant.MAX : entry.at)
                .reversed());
        List<Line> lines = new ArrayList<>(entries.size());
        long balance = closing;
        for (Entry entry : entries) {
            lines.add(new Line(
                    entry.day,
                    entry.at,
                    entry.kind,
                    entry.description,
                    new Money(entry.nanos, currency),
                    new Money(balance, currency),
                    entry.receipt,
                    entry.entries));
            balance = Math.subtractExact(balance, entry.nanos);
        }
        return new Statement(
                new Money(opening, currency), new Money(closing, currency), List.copyOf(lines), single.size() <= MOST);
    }

    private long sum(Account account, LocalDate from, LocalDate to, String currency) {
        return app.sql("""
            select coalesce(sum(amount_nanos), 0)::bigint from billing.ledger_days
            where account = ? and day between ? and ? and currency = ?\
            """)
                .params(account.column(), Date.valueOf(from), Date.valueOf(to), currency)
                .query(Long.class)
                .single();
    }

    private List<Entry> days(Account account, LocalDate from, LocalDate to, String currency) {
        return app.sql("""
            select day, amount_nanos, entries from billing.ledger_days
            where account = ? and kind = 'usage' and day between ? and ? and currency = ?\
            """)
                .params(account.column(), Date.valueOf(from), Date.valueOf(to), currency)
                .query((row, _) -> new Entry(
                        row.getObject(1, LocalDate.class),
                        null,
                        Kind.USAGE,
                        "Usage",
                        row.getLong(2),
                        null,
                        row.getLong(3)))
                .list();
    }

    private List<Entry> single(Account account, LocalDate from, LocalDate to, String currency) {
        return app.sql("""
            select t.occurred_at, t.kind, t.description, e.amount_nanos, r.number
            from billing.ledger_transactions t
            join billing.ledger_entries e on e.tenant_id = t.tenant_id and e.transaction_id = t.id and e.account = ?
            left join billing.receipts r on r.tenant_id = t.tenant_id and 'topup:' || r.payment_reference = t.posting_key
            where t.kind <> 'usage' and t.currency = ? and t.occurred_at >= ? and t.occurred_at < ?
            order by t.occurred_at desc, t.id desc limit ?\
            """)
                .params(
                        account.column(),
                        currency,
                        from.atStartOfDay().atOffset(ZoneOffset.UTC),
                        to.plusDays(1).atStartOfDay().atOffset(ZoneOffset.UTC),
                        MOST + 1)
                .query(Statements::entry)
                .list();
    }

    private static Entry entry(ResultSet row, int number) throws SQLException {
        Instant at = row.getTimestamp(1).toInstant();
        return new Entry(
                at.atOffset(ZoneOffset.UTC).toLocalDate(),
                at,
                Kind.valueOf(row.getString(2).toUpperCase(Locale.ROOT)),
                row.getString(3),
                row.getLong(4),
                row.getString(5),
                1);
    }
}
