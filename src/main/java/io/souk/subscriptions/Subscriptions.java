package io.souk.subscriptions;

import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.catalog.Subscribers;
import io.souk.kernel.Ids;
import io.souk.kernel.Tenant;
import io.souk.tenancy.AuditLog;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What the organisation that is bound to the thread may call. */
@Component
public class Subscriptions implements Subscribers {
    private final SubscriptionRepository subscriptions;
    private final Offers offers;
    private final JdbcClient jdbc;
    private final JdbcClient system;
    private final AuditLog audit;
    private final Clock clock;

    Subscriptions(
            SubscriptionRepository subscriptions,
            Offers offers,
            JdbcClient jdbc,
            @Qualifier("system") JdbcClient system,
            AuditLog audit,
            Clock clock) {
        this.subscriptions = subscriptions;
        this.offers = offers;
        this.jdbc = jdbc;
        this.system = system;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Subscribes the organisation to a live offer. However often and at once it is asked, one subscription comes of it.
     *
     * @param by the member who asked, null for the program itself
     */
    @Transactional
    public Subscribing subscribe(UUID offerId, @Nullable UUID by) {
        Optional<OfferView> offer = offers.find(offerId);
        if (offer.isEmpty() || offer.get().state() == OfferView.State.DRAFT) {
            return new Subscribing.UnknownOffer();
        }
        if (!offer.get().isLive()) {
            return new Subscribing.Withdrawn(offer.get().title());
        }
        // the unique index decides between two at once; a JPA save would make an error page of the loser
        int begun = jdbc.sql("""
            insert into subscriptions.subscriptions (tenant_id, id, offer_id, subscribed_by, subscribed_at)
            values (:tenant, :id, :offer, :by, :at) on conflict (tenant_id, offer_id) where ended_at is null do nothing\
            """)
                .param("tenant", Tenant.required().value())
                .param("id", Ids.next())
                .param("offer", offerId)
                .param("by", by, Types.OTHER)
                .param("at", Timestamp.from(clock.instant()))
                .update();
        if (begun == 1) {
            audit.record(by, "model.subscribed", offer.get().model());
        }
        return new Subscribing.Subscribed(active(offerId).orElseThrow());
    }

    /**
     * Ends a subscription for good; connected gateways refuse its calls within a second.
     *
     * @param by the member who asked, null for a program
     * @return the subscription, or empty if the organisation has none with this id
     */
    @Transactional
    public Optional<SubscriptionView> end(UUID id, @Nullable UUID by) {
        return subscriptions.findById(id).map(subscription -> {
            if (subscription.view().isActive()) {
                audit.record(
                        by,
                        "model.subscription-ended",
                        offers.find(subscription.view().offerId())
                                .map(OfferView::model)
                                .orElse(""));
            }
            subscription.end(clock.instant());
            return subscription.view();
        });
    }

    /** The organisation's active subscription to an offer. */
    @Transactional(readOnly = true)
    public Optional<SubscriptionView> active(UUID offerId) {
        return subscriptions.findByOfferIdAndEndedAtIsNull(offerId).map(Subscription::view);
    }

    /** Whether the organisation may call the offer. */
    @Transactional(readOnly = true)
    public boolean isActive(UUID offerId) {
        return active(offerId).isPresent();
    }

    /** Every subscription of the organisation, ended ones too, the newest first. */
    @Transactional(readOnly = true)
    public List<SubscriptionView> list() {
        return subscriptions.findAllByOrderBySubscribedAtDesc().stream()
                .map(Subscription::view)
                .toList();
    }

    /**
     * Subscriptions, ended ones too, the newest first.
     *
     * @param before only those that are older than this one
     */
    @Transactional(readOnly = true)
    public List<SubscriptionView> olderThan(UUID before, int most) {
        return subscriptions.findAllByIdLessThanOrderByIdDesc(before, Limit.of(most)).stream()
                .map(Subscription::view)
                .toList();
    }

    /** One of the organisation's subscriptions, ended or not. */
    @Transactional(readOnly = true)
    public Optional<SubscriptionView> find(UUID id) {
        return subscriptions.findById(id).map(Subscription::view);
    }

    @Override
    @Transactional(readOnly = true)
    public Set<UUID> subscribedTo() {
        return Tenant.current().isEmpty()
                ? Set.of()
                : subscriptions.findAllByEndedAtIsNull().stream()
                        .map(subscription -> subscription.view().offerId())
                        .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    @Transactional(readOnly = true)
    public boolean isSubscribed(UUID offerId) {
        return Tenant.current().isPresent() && isActive(offerId);
    }

    @Override
    public long count(UUID offerId) {
        return system.sql("select count(*) from subscriptions.subscriptions where offer_id = ? and ended_at is null")
                .param(offerId)
                .query(Long.class)
                .single();
    }
}
