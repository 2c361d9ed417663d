package io.souk.supply;

import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.Repository;

interface BackendRepository extends Repository<Backend, UUID> {
    Backend saveAndFlush(Backend backend);

    Optional<Backend> findById(UUID id);

    void delete(Backend backend);
}
