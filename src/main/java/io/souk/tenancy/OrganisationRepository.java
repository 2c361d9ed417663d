package io.souk.tenancy;

import jakarta.persistence.LockModeType;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.repository.Repository;

interface OrganisationRepository extends Repository<Organisation, UUID> {
    Organisation saveAndFlush(Organisation organisation);

    Optional<Organisation> findById(UUID id);

    /** Until the end of the transaction nobody else changes who is a member. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    Optional<Organisation> findLockedById(UUID id);
}
