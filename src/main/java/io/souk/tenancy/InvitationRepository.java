package io.souk.tenancy;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.repository.Repository;

interface InvitationRepository extends Repository<Invitation, UUID> {
    Invitation saveAndFlush(Invitation invitation);

    /** Of two who use it at once, the second sees what the first did. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    Optional<Invitation> findLockedById(UUID id);

    default List<Invitation> findAllUndecided() {
        return findByAcceptedAtIsNullAndRevokedAtIsNullOrderByCreatedAtDesc();
    }

    List<Invitation> findByAcceptedAtIsNullAndRevokedAtIsNullOrderByCreatedAtDesc();
}
