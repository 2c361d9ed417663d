package io.souk.access;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

interface ApiKeyRepository extends Repository<ApiKey, UUID> {
    ApiKey save(ApiKey key);

    Optional<ApiKey> findById(UUID id);

    List<ApiKey> findAllByKindOrderByCreatedAtDesc(String kind);

    List<ApiKey> findAllByKindAndIdLessThanOrderByIdDesc(String kind, UUID before, Limit most);

    List<ApiKey> findAllByIdIn(Collection<UUID> ids);

    Optional<ApiKey> findByKindAndRevokedAtIsNull(String kind);
}
