package io.souk.access;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.Repository;

interface ApiKeyRepository extends Repository<ApiKey, UUID> {
    ApiKey save(ApiKey key);

    Optional<ApiKey> findById(UUID id);

    List<ApiKey> findAllByKindOrderByCreatedAtDesc(String kind);

    Optional<ApiKey> findByKindAndRevokedAtIsNull(String kind);
}
