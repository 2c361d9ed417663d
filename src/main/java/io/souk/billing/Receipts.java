package io.souk.billing;

import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.tenancy.Organisations;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Numbered receipts, one for each payment of the organisation bound to the thread. */
@Component
class Receipts {
    private static final String SELECT =
            "select number, top_up_id, amount_minor, currency, issued_at, billed_to, card from billing.receipts ";

    private final JdbcClient app;
    private final Organisations organisations;
    private final Clock clock;

    Receipts(JdbcClient app, Organisations organisations, Clock clock) {
        this.app = app;
        this.organisations = organisations;
        this.clock = clock;
    }

    /** @param card for people; null if the payment was made otherwise */
    record Receipt(
            String number,
            UUID topUpId,
            Money amount,
            Instant issuedAt,
            String billedTo,
            @Nullable String card) {}

    /** Issues the next number; inside the transaction that books the payment. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void issue(TopUpView topUp, @Nullable String card) {
        Instant now = clock.instant();
        long next = app.sql("select nextval('billing.receipt_numbers')")
                .query(Long.class)
                .single();
        String number = "R-%d-%06d".formatted(now.atZone(ZoneOffset.UTC).getYear(), next);
        app.sql("""
            insert into billing.receipts
                (tenant_id, number, top_up_id, amount_minor, currency, issued_at, billed_to, card)
            values (?, ?, ?, ?, ?, ?, ?, ?)\
            """)
                .param(Tenant.required().value())
                .param(number)
                .param(topUp.id())
                .param(topUp.amountMinor())
                .param(topUp.currency())
                .param(Timestamp.from(now))
                .param(organisations.current().name())
                .param(card)
                .update();
    }

    /** All of them, newest first. */
    @Transactional(readOnly = true)
    public List<Receipt> list() {
        return app.sql(SELECT + "order by issued_at desc, number desc")
                .query(Receipts::receipt)
                .list();
    }

    @Transactional(readOnly = true)
    public Optional<Receipt> find(String number) {
        return app.sql(SELECT + "where number = ?")
                .param(number)
                .query(Receipts::receipt)
                .optional();
    }

    @Transactional(readOnly = true)
    public Optional<Receipt> of(UUID topUpId) {
        return app.sql(SELECT + "where top_up_id = ?")
                .param(topUpId)
                .query(Receipts::receipt)
                .optional();
    }

    private static Receipt receipt(ResultSet row, int number) throws SQLException {
        return new Receipt(
                row.getString("number"),
                row.getObject("top_up_id", UUID.class),
                Money.ofMinor(row.getLong("amount_minor"), row.getString("currency")),
                row.getTimestamp("issued_at").toInstant(),
                row.getString("billed_to"),
                row.getString("card"));
    }
}
