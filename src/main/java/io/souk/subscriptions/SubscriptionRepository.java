package io.souk.subscriptions;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

interface SubscriptionRepository extends Repository<Subscription, UUID> {
    Optional<Subscription> findById(UUID id);

    Optional<Subscription> findByOfferIdAndEndedAtIsNull(UUID offerId);

    List<Subscription> findAllByEndedAtIsNull();

    List<Subscription> findAllByIdLessThanOrderByIdDesc(UUID before, Limit most);

    List<Subscription> findAllByOrderBySubscribedAtDesc();
}
