package io.souk.catalog;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.data.repository.Repository;

interface PriceVersionRepository extends Repository<PriceVersion, UUID> {
    PriceVersion saveAndFlush(PriceVersion version);

    List<PriceVersion> findAllByOfferIdOrderByStartsAtAscNumberAsc(UUID offerId);

    List<PriceVersion> findAllByOfferIdInOrderByStartsAtAscNumberAsc(Collection<UUID> offerIds);
}
