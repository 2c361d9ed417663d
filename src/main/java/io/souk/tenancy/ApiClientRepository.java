package io.souk.tenancy;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.Repository;

interface ApiClientRepository extends Repository<ApiClient, UUID> {
    ApiClient saveAndFlush(ApiClient client);

    Optional<ApiClient> findById(UUID id);

    List<ApiClient> findAllByOrderByCreatedAtDesc();

    long countByRevokedAtIsNull();
}
