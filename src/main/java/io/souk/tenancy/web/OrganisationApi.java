package io.souk.tenancy.web;

import io.souk.tenancy.CurrentClient;
import io.souk.tenancy.Organisations;
import io.souk.tenancy.ProjectView;
import io.souk.tenancy.Projects;
import io.souk.tenancy.access.ApiScope;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
class OrganisationApi {
    private final Organisations organisations;
    private final Projects projects;

    OrganisationApi(Organisations organisations, Projects projects) {
        this.organisations = organisations;
        this.projects = projects;
    }

    /** The organisation that a token is for. @param scopes what the token allows */
    record OrganisationAnswer(String id, String name, String client, Set<String> scopes) {}

    @GetMapping("/organisation")
    @Operation(
            operationId = "getOrganisation",
            summary = "Read the organisation that the token is for",
            description = "Any token will do.")
    @ApiScope("")
    OrganisationAnswer organisation(CurrentClient client) {
        return new OrganisationAnswer(
                client.tenant().toString(),
                organisations.current().name(),
                client.name(),
                new TreeSet<>(client.scopes()));
    }

    @GetMapping("/projects")
    @Operation(
            operationId = "listProjects",
            summary = "List projects",
            description = "Those that a key may belong to, the default one first.")
    @ApiScope("keys.read")
    ProjectList projects() {
        return new ProjectList(projects.list());
    }

    /** The projects that a key may belong to, the default one first. */
    record ProjectList(List<ProjectView> data) {}
}
