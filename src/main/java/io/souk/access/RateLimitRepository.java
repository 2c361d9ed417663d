package io.souk.access;

import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.Repository;

interface RateLimitRepository extends Repository<RateLimit, UUID> {
    RateLimit save(RateLimit limit);

    void delete(RateLimit limit);

    Optional<RateLimit> findBySubjectId(UUID subjectId);
}
