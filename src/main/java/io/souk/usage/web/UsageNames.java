package io.souk.usage.web;

import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.tenancy.ProjectView;
import io.souk.tenancy.Projects;
import io.souk.usage.KeyNames;
import io.souk.usage.UsageReports;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What models, keys and projects are called. */
@Component
class UsageNames {
    private final Offers offers;
    private final Projects projects;
    private final ObjectProvider<KeyNames> keys;

    UsageNames(Offers offers, Projects projects, ObjectProvider<KeyNames> keys) {
        this.offers = offers;
        this.projects = projects;
        this.keys = keys;
    }

    Map<UUID, String> models(Collection<UUID> ids) {
        return offers.findAll(ids).stream().collect(Collectors.toMap(OfferView::id, OfferView::model));
    }

    Map<UUID, String> keys(Collection<UUID> ids) {
        return keys.stream()
                .findFirst()
                .map(names -> names.of(List.copyOf(ids)))
                .orElse(Map.of());
    }

    Map<UUID, String> projects() {
        return projects.list().stream().collect(Collectors.toMap(ProjectView::id, ProjectView::name));
    }

    /** The names of what lines are grouped by; nothing where the name is unknown. */
    Map<UUID, String> of(UsageReports.Group group, Collection<UUID> ids) {
        return switch (group) {
            case MODEL -> models(ids);
            case KEY -> keys(ids);
            case PROJECT -> projects();
            case TOTAL, DAY -> Map.of();
        };
    }
}
