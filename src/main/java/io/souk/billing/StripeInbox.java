package io.souk.billing;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What the payment provider told us: stored once, answered at once, applied afterwards by reading the object anew. So it
 * does not matter in which order notices come, how often, or whether one is lost.
 */
@Component
public class StripeInbox {
    private static final Logger log = LoggerFactory.getLogger(StripeInbox.class);
    private static final int BATCH = 50;
    private static final int ATTEMPTS = 12;

    private final JdbcClient system;
    private final TopUps topUps;
    private final Invoices invoices;
    private final ObjectProvider<Payments> payments;
    private final Clock clock;

    StripeInbox(
            @Qualifier("system") JdbcClient system,
            TopUps topUps,
            Invoices invoices,
            ObjectProvider<Payments> payments,
            Clock clock) {
        this.system = system;
        this.topUps = topUps;
        this.invoices = invoices;
        this.payments = payments;
        this.clock = clock;
    }

    /**
     * Takes a webhook: reads and stores it. It is applied afterwards.
     *
     * @param payload the raw body
     * @param signature the header that Stripe sent with it
     */
    public Received receive(byte[] payload, String signature) {
        Payments provider = payments.getIfAvailable();
        if (provider == null) {
            return Received.NOT_EXPECTED;
        }
        return provider.verify(payload, signature)
                .map(notice -> store(notice) ? Received.STORED : Received.REPEATED)
                .orElse(Received.NOT_GENUINE);
    }

    /** What became of a webhook. */
    public enum Received {
        STORED,
        /** It was stored before. */
        REPEATED,
        /** Its signature or its time is not right, or it cannot be read. */
        NOT_GENUINE,
        /** No payment provider is configured. */
        NOT_EXPECTED
    }

    /** @return false if it was stored before */
    boolean store(Payments.Notice notice) {
        Instant now = clock.instant();
        return system.sql("""
            insert into billing.stripe_events (id, type, object_id, received_at, state, next_attempt_at)
            values (?, ?, ?, ?, 'received', ?) on conflict do nothing\
            """)
                        .params(notice.id(), notice.type(), notice.objectId(), Timestamp.from(now), Timestamp.from(now))
                        .update()
                == 1;
    }

    /** Applies what is due; one notice that fails does not hold up the others. @return how many were due */
    int applyDue() {
        List<Waiting> due = system.sql("""
            select id, type, object_id, attempts from billing.stripe_events
            where state = 'received' and next_attempt_at <= ? order by next_attempt_at limit ?\
            """)
                .params(Timestamp.from(clock.instant()), BATCH)
                .query((row, number) -> new Waiting(
                        row.getString("id"), row.getString("type"), row.getString("object_id"), row.getInt("attempts")))
                .list();
        due.forEach(this::applyOne);
        return due.size();
    }

    private void applyOne(Waiting waiting) {
        try {
            end(waiting, apply(waiting) ? "applied" : "ignored");
        } catch (RuntimeException failed) {
            boolean last = waiting.attempts + 1 >= ATTEMPTS;
            log.warn("notice {} ({}) could not be applied: {}", waiting.id, waiting.type, failed.toString());
            system.sql("""
                update billing.stripe_events
                set attempts = attempts + 1, state = ?, next_attempt_at = ?, problem = ? where id = ?\
                """)
                    .params(
                            last ? "failed" : "received",
                            Timestamp.from(clock.instant().plus(delay(waiting.attempts))),
                            String.valueOf(failed.getMessage()),
                            waiting.id)
                    .update();
        }
    }

    private boolean apply(Waiting waiting) {
        if (waiting.type.startsWith("checkout.session.")) {
            List<Order> orders = system.sql("select tenant_id, id from billing.top_ups where checkout_session_id = ?")
                    .param(waiting.objectId)
                    .query((row, number) -> new Order(
                            new io.souk.kernel.TenantId(row.getObject("tenant_id", UUID.class)),
                            row.getObject("id", UUID.class)))
                    .list();
            orders.forEach(order -> io.souk.kernel.Tenant.run(order.tenant, () -> topUps.refresh(order.id)));
            return !orders.isEmpty();
        }
        if (waiting.type.startsWith("invoice.") && !waiting.type.equals("invoice.upcoming")) {
            return invoices.refresh(waiting.objectId);
        }
        return false;
    }

    private void end(Waiting waiting, String state) {
        system.sql("update billing.stripe_events set state = ?, problem = null, attempts = attempts + 1 where id = ?")
                .params(state, waiting.id)
                .update();
    }

    private static Duration delay(int attempts) {
        return Duration.ofSeconds(Math.min(3_600, 2L << Math.min(attempts, 11)));
    }

    private record Waiting(String id, String type, String objectId, int attempts) {}

    private record Order(io.souk.kernel.TenantId tenant, UUID id) {}
}
