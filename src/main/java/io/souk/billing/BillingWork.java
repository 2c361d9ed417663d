package io.souk.billing;

import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** What billing does on its own: applies what the provider told, asks what it may have missed, reports usage. */
@Component
@ConditionalOnRole(Role.WORKER)
class BillingWork {
    private static final Logger log = LoggerFactory.getLogger(BillingWork.class);
    private static final Duration MISSED = Duration.ofHours(2);

    private final StripeInbox inbox;
    private final Postpaid postpaid;
    private final TopUps topUps;
    private final ObjectProvider<Payments> payments;
    private final Leases leases;
    private final JdbcClient system;
    private final BillingProperties properties;
    private final Clock clock;

    BillingWork(
            StripeInbox inbox,
            Postpaid postpaid,
            TopUps topUps,
            ObjectProvider<Payments> payments,
            Leases leases,
            @Qualifier("system") JdbcClient system,
            BillingProperties properties,
            Clock clock) {
        this.inbox = inbox;
        this.postpaid = postpaid;
        this.topUps = topUps;
        this.payments = payments;
        this.leases = leases;
        this.system = system;
        this.properties = properties;
        this.clock = clock;
    }

    @EventListener(ApplicationReadyEvent.class)
    void listen() {
        Payments provider = payments.getIfAvailable();
        if (provider != null) {
            try {
                provider.listen();
            } catch (RuntimeException later) {
                log.warn(
                        "the payment provider's notices could not be set up; payments are still read: {}",
                        later.toString());
            }
        }
    }

    @Scheduled(fixedDelay = 500)
    void applyNotices() {
        inbox.applyDue();
    }

    @Scheduled(fixedDelay = 1_000)
    void reportUsage() {
        postpaid.sealBefore(clock.instant().minus(properties.sealAfter()));
        postpaid.deliverDue();
    }

    @Scheduled(initialDelay = 15_000, fixedDelay = 30_000)
    void catchUpWithSubscriptions() {
        postpaid.catchUp();
    }

    @Scheduled(initialDelay = 60_000, fixedDelay = 3_600_000)
    void forgetOldNotices() {
        inbox.forgetOld();
    }

    /** A webhook may never come; the provider's list of notices and the open orders say what was missed. */
    @Scheduled(initialDelay = 20_000, fixedDelay = 120_000)
    void askForMissed() {
        Payments provider = payments.getIfAvailable();
        if (provider == null) {
            return;
        }
        try {
            provider.noticesSince(provider.clock().instant().minus(MISSED)).forEach(inbox::store);
            system.sql("select tenant_id, id from billing.top_ups where state = 'open' and requested_at < ? limit 200")
                    .param(Timestamp.from(clock.instant().minusSeconds(60)))
                    .query((row, number) -> new Order(
                            new TenantId(row.getObject("tenant_id", UUID.class)), row.getObject("id", UUID.class)))
                    .list()
                    .forEach(this::refresh);
        } catch (RuntimeException later) {
            log.warn("what the payment provider did not tell could not be asked for: {}", later.toString());
        }
    }

    @Scheduled(initialDelay = 60_000, fixedDelay = 3_600_000)
    void forget() {
        leases.forgetOldMoves();
    }

    /** One order that cannot be read does not hold up the others. */
    private void refresh(Order order) {
        try {
            Tenant.run(order.tenant, () -> topUps.refresh(order.id));
        } catch (RuntimeException later) {
            log.warn("what became of top-up {} could not be read: {}", order.id, later.toString());
        }
    }

    private record Order(TenantId tenant, UUID id) {}
}
