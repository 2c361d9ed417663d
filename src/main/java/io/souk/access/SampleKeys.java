package io.souk.access;

import io.souk.catalog.KeyMaker;
import io.souk.tenancy.Projects;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Makes keys in the organisation's first project for who asks from a model's page. */
@Component
class SampleKeys implements KeyMaker {
    private final ApiKeys keys;
    private final Projects projects;

    SampleKeys(ApiKeys keys, Projects projects) {
        this.keys = keys;
        this.projects = projects;
    }

    @Override
    public String make(String name, UUID by) {
        return keys.create(name, projects.standard().id(), null, by).secret();
    }
}
