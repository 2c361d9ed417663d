package io.souk.tenancy;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.Repository;

interface ProjectRepository extends Repository<Project, UUID> {
    Project saveAndFlush(Project project);

    Optional<Project> findById(UUID id);

    List<Project> findAllByOrderByCreatedAt();

    boolean existsByName(String name);
}
