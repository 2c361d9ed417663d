package io.souk.tenancy;

import io.souk.kernel.Ids;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The projects of the organisation that is bound to the thread. Each has at least one, "Default". */
@Component
public class Projects {
    private final ProjectRepository projects;
    private final AuditLog audit;
    private final Clock clock;

    Projects(ProjectRepository projects, AuditLog audit, Clock clock) {
        this.projects = projects;
        this.audit = audit;
        this.clock = clock;
    }

    /** All, the oldest (the default one) first. */
    @Transactional(readOnly = true)
    public List<ProjectView> list() {
        return projects.findAllByOrderByCreatedAt().stream().map(Project::view).toList();
    }

    @Transactional(readOnly = true)
    public Optional<ProjectView> find(UUID id) {
        return projects.findById(id).map(Project::view);
    }

    /** The one that keys belong to when nothing else is said. */
    @Transactional(readOnly = true)
    public ProjectView standard() {
        return list().getFirst();
    }

    /**
     * Makes a project.
     *
     * @param name 1 to 100 characters
     * @return empty if the organisation has one of that name
     */
    @Transactional
    public Optional<ProjectView> create(String name, UUID by) {
        if (projects.existsByName(name.strip())) {
            return Optional.empty();
        }
        Project project = projects.saveAndFlush(new Project(Ids.next(), name.strip(), clock.instant()));
        audit.record(by, "project.created", name.strip());
        return Optional.of(project.view());
    }
}
