package io.souk.catalog;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

interface OfferRepository extends Repository<Offer, UUID> {
    Offer saveAndFlush(Offer offer);

    Optional<Offer> findById(UUID id);

    Optional<Offer> findByModel(String model);

    List<Offer> findAllByIdIn(Collection<UUID> ids);

    List<Offer> findAllByOrderByTitle();

    List<Offer> findByStateAndModelGreaterThanOrderByModel(String state, String after, Limit most);

    List<Offer> findByStateAndTaskAndModelGreaterThanOrderByModel(String state, String task, String after, Limit most);

    boolean existsByModelAndIdNot(String model, UUID id);
}
