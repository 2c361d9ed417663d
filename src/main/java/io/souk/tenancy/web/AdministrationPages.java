package io.souk.tenancy.web;

import io.souk.kernel.TenantId;
import io.souk.tenancy.AuditLog;
import io.souk.tenancy.OrganisationContributor;
import io.souk.tenancy.OrganisationContributor.Cell;
import io.souk.tenancy.OrganisationContributor.Column;
import io.souk.tenancy.OrganisationContributor.Section;
import io.souk.tenancy.OrganisationOverview;
import io.souk.tenancy.OrganisationView;
import io.souk.tenancy.Organisations;
import io.souk.tenancy.PersonOverview;
import io.souk.tenancy.access.PlatformAdmin;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.UriComponentsBuilder;

/** Every organisation and everybody with an account, for whoever runs this Souk. It shows and changes nothing. */
@Controller
@PlatformAdmin
class AdministrationPages {
    private static final int PAGE = 50;
    private static final int MOST_PAGES = 100_000;
    private static final int MOST_SEARCH = 254;
    private static final int DEEDS = 50;

    private final Organisations organisations;
    private final AuditLog audit;
    private final List<OrganisationContributor> contributors;

    AdministrationPages(Organisations organisations, AuditLog audit, List<OrganisationContributor> contributors) {
        this.organisations = organisations;
        this.audit = audit;
        this.contributors = contributors;
    }

    /** An organisation in the list, with what other modules say of it in the order of the columns. */
    record Row(OrganisationOverview organisation, List<Cell> cells) {}

    @GetMapping("/admin/organisations")
    String organisations(
            @RequestParam(defaultValue = "") String q, @RequestParam(defaultValue = "") String page, Model model) {
        String search = shortened(q);
        int number = number(page);
        List<OrganisationOverview> found = organisations.overview(search, PAGE + 1, (number - 1) * PAGE);
        List<OrganisationOverview> shown = found.subList(0, Math.min(PAGE, found.size()));
        List<Column> columns =
                contributors.stream().flatMap(one -> one.columns().stream()).toList();
        model.addAttribute("q", search);
        model.addAttribute("columns", columns);
        model.addAttribute("rows", rows(shown));
        pages(model, "/admin/organisations", search, number, shown.size(), found.size() > PAGE);
        return "tenancy/admin-organisations";
    }

    private List<Row> rows(List<OrganisationOverview> shown) {
        List<TenantId> tenants = shown.stream().map(OrganisationOverview::id).toList();
        Map<TenantId, List<Cell>> cells = new HashMap<>();
        for (OrganisationContributor contributor : contributors) {
            int columns = contributor.columns().size();
            if (columns > 0 && !tenants.isEmpty()) {
                Map<TenantId, List<Cell>> known = contributor.cells(tenants);
                for (TenantId tenant : tenants) {
                    cells.computeIfAbsent(tenant, _ -> new ArrayList<>())
                            .addAll(known.getOrDefault(tenant, Collections.nCopies(columns, Cell.text(""))));
                }
            }
        }
        return shown.stream()
                .map(one -> new Row(one, cells.getOrDefault(one.id(), List.of())))
                .toList();
    }

    @GetMapping("/admin/organisations/{id}")
    String organisation(@PathVariable UUID id, Model model) {
        TenantId tenant = new TenantId(id);
        OrganisationView organisation =
                organisations.find(tenant).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        model.addAttribute("organisation", organisation);
        model.addAttribute("members", organisations.membersOf(tenant));
        model.addAttribute(
                "sections",
                contributors.stream()
                        .flatMap(contributor -> contributor.sections(tenant).stream())
                        .sorted(Comparator.comparingInt(Section::order))
                        .toList());
        model.addAttribute("deeds", audit.newestOf(tenant, DEEDS));
        return "tenancy/admin-organisation";
    }

    @GetMapping("/admin/people")
    String people(
            @RequestParam(defaultValue = "") String q, @RequestParam(defaultValue = "") String page, Model model) {
        String search = shortened(q);
        int number = number(page);
        List<PersonOverview> found = organisations.people(search, PAGE + 1, (number - 1) * PAGE);
        List<PersonOverview> shown = found.subList(0, Math.min(PAGE, found.size()));
        model.addAttribute("q", search);
        model.addAttribute("people", shown);
        pages(model, "/admin/people", search, number, shown.size(), found.size() > PAGE);
        return "tenancy/admin-people";
    }

    private static void pages(Model model, String path, String search, int number, int shown, boolean more) {
        int first = (number - 1) * PAGE + 1;
        model.addAttribute("pagesText", shown == 0 ? "" : first + " to " + (first + shown - 1));
        model.addAttribute("previous", number > 1 ? href(path, search, number - 1) : "");
        model.addAttribute("next", more ? href(path, search, number + 1) : "");
    }

    private static String href(String path, String search, int page) {
        UriComponentsBuilder address = UriComponentsBuilder.fromPath(path);
        if (!search.isEmpty()) {
            address.queryParam("q", "{q}");
        }
        return address.queryParam("page", page)
                .encode()
                .buildAndExpand(Map.of("q", search))
                .toUriString();
    }

    private static String shortened(String search) {
        String stripped = search.strip();
        return stripped.length() > MOST_SEARCH ? stripped.substring(0, MOST_SEARCH) : stripped;
    }

    private static int number(String page) {
        return page.matches("[1-9][0-9]{0,5}") ? Math.min(MOST_PAGES, Integer.parseInt(page)) : 1;
    }
}
