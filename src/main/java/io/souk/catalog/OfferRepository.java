package io.souk.catalog;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface OfferRepository extends Repository<Offer, UUID> {
    Offer saveAndFlush(Offer offer);

    Optional<Offer> findById(UUID id);

    Optional<Offer> findByModel(String model);

    List<Offer> findAllByIdIn(Collection<UUID> ids);

    List<Offer> findAllByOrderByTitle();

    @Query("select o from Offer o where o.state = 'live' and o.model > :after and (:task = '' or o.task = :task) "
            + "order by o.model")
    List<Offer> findLiveAfter(String after, String task, Limit most);

    boolean existsByModelAndIdNot(String model, UUID id);
}
