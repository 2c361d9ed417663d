package io.souk.billing;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.repository.Repository;

interface TopUpRepository extends Repository<TopUp, UUID> {
    TopUp saveAndFlush(TopUp topUp);

    Optional<TopUp> findById(UUID id);

    Optional<TopUp> findByFormKey(UUID formKey);

    @Lock(LockModeType.PESSIMISTIC_WRITE)
    Optional<TopUp> findLockedById(UUID id);

    List<TopUp> findTop20ByOrderByRequestedAtDesc();
}
