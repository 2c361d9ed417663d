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

/**
 * Receipts, one for each payment of the organisation bound to the thread, numbered without gaps for each seller. Simulated
 * payments have a series of their own.
 */
@Component
public class Receipts {
    private static final String SELECT = "select number, top_up_id, amount_minor, currency, issued_at, billed_to, card,"
            + " seller, simulated, payment_reference from billing.receipts ";

    private final JdbcClient app;
    private final Organisations organisations;
    private final BillingProperties properties;
    private final Clock clock;

    Receipts(JdbcClient app, Organisations organisations, BillingProperties properties, Clock clock) {
        this.app = app;
        this.organisations = organisations;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * A receipt.
     *
     * @param billedTo what the organisation was called when it paid
     * @param card for people; null if the payment was made otherwise
     * @param seller who took the payment
     * @param simulated whether no money moved
     * @param paymentReference what the payment provider calls the payment; null where that was not kept
     */
    public record Receipt(
            String number,
            UUID topUpId,
            Money amount,
            Instant issuedAt,
            String billedTo,
            @Nullable String card,
            String seller,
            boolean simulated,
            @Nullable String paymentReference) {}

    /** Issues the next number; inside the transaction that books the payment, so that neither is without the other. */
    @Transactional(propagation = Propagation.MANDATORY)
    void issue(TopUpView topUp, @Nullable String card, boolean simulated) {
        Instant now = clock.instant();
        String number = app.sql("select billing.next_receipt_number(?, ?, ?)")
                .params(
                        properties.seller(),
                        simulated,
                        now.atZone(ZoneOffset.UTC).getYear())
                .query(String.class)
                .single();
        app.sql("""
            insert into billing.receipts (tenant_id, number, top_up_id, amount_minor, currency, issued_at, billed_to, card,
                seller, simulated, payment_reference)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
            """)
                .param(Tenant.required().value())
                .param(number)
                .param(topUp.id())
                .param(topUp.amountMinor())
                .param(topUp.currency())
                .param(Timestamp.from(now))
                .param(organisations.current().name())
                .param(card)
                .param(properties.seller())
                .param(simulated)
                .param(topUp.paymentIntentId())
                .update();
    }

    /** The newest. @param most at most so many */
    @Transactional(readOnly = true)
    public List<Receipt> newest(int most) {
        return app.sql(SELECT + "order by issued_at desc, number desc limit ?")
                .param(most)
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
                row.getString("card"),
                row.getString("seller"),
                row.getBoolean("simulated"),
                row.getString("payment_reference"));
    }
}
