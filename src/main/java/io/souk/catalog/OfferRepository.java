package io.souk.catalog;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.Repository;

interface OfferRepository extends Repository<Offer, UUID> {
    Offer saveAndFlush(Offer offer);

    Optional<Offer> findById(UUID id);

    Optional<Offer> findByModel(String model);

    List<Offer> findAllByIdIn(Collection<UUID> ids);

    List<Offer> findAllByOrderByTitle();

    boolean existsByModelAndIdNot(String model, UUID id);
}
