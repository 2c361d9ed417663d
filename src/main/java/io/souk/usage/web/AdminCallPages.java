package io.souk.usage.web;

import io.souk.catalog.BackendNames;
import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.kernel.TenantId;
import io.souk.portal.DayRange;
import io.souk.tenancy.OrganisationOverview;
import io.souk.tenancy.Organisations;
import io.souk.tenancy.access.PlatformAdmin;
import io.souk.usage.AllCalls;
import io.souk.usage.CallSearch;
import io.souk.usage.KeyNames;
import io.souk.usage.UsageCall;
import io.souk.usage.UsageReports;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.UriComponentsBuilder;

/** Calls of every organisation, for whoever runs this Souk. What was said in a call is kept nowhere, so not shown. */
@Controller
@PlatformAdmin
class AdminCallPages {
    private static final int PAGE = 50;
    private static final int MOST_ORGANISATIONS = 200;
    private static final Map<String, String> STATUSES = statuses();

    private final AllCalls calls;
    private final CallStory story;
    private final Organisations organisations;
    private final Offers offers;
    private final ObjectProvider<KeyNames> keys;
    private final ObjectProvider<BackendNames> backends;
    private final Clock clock;

    AdminCallPages(
            AllCalls calls,
            CallStory story,
            Organisations organisations,
            Offers offers,
            ObjectProvider<KeyNames> keys,
            ObjectProvider<BackendNames> backends,
            Clock clock) {
        this.calls = calls;
        this.story = story;
        this.organisations = organisations;
        this.offers = offers;
        this.keys = keys;
        this.backends = backends;
        this.clock = clock;
    }

    /** A call in the list. */
    record Row(UsageCall call, String organisation, String backend, String tone, String ended) {}

    /** What the address asks for, as it was typed. */
    record Asked(String organisation, String model, String backend, String reason, String status) {}

    private static Map<String, String> statuses() {
        Map<String, String> statuses = new LinkedHashMap<>();
        statuses.put("2xx", "Answered (2xx)");
        statuses.put("4xx", "Refused (4xx)");
        statuses.put("5xx", "Failed (5xx)");
        return statuses;
    }

    @GetMapping("/admin/calls")
    String calls(
            @RequestParam(defaultValue = "") String range,
            @RequestParam(defaultValue = "") String from,
            @RequestParam(defaultValue = "") String to,
            @RequestParam(defaultValue = "") String organisation,
            @RequestParam(defaultValue = "") String model,
            @RequestParam(defaultValue = "") String backend,
            @RequestParam(defaultValue = "") String reason,
            @RequestParam(defaultValue = "") String status,
            @RequestParam(defaultValue = "") String after,
            Model page) {
        DayRange days = DayRange.of(range, from, to, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        Asked asked = new Asked(organisation.strip(), model.strip(), backend, reason, status.strip());
        Map<UUID, BackendNames.Named> backendNames = backendNames();
        Optional<CallSearch> search = search(days, asked);
        UsageReports.Page found =
                search.map(one -> page(one, after)).orElseGet(() -> new UsageReports.Page(List.of(), Optional.empty()));
        Map<TenantId, String> names = organisations.names(
                found.calls().stream().map(UsageCall::tenant).distinct().toList());
        days.fill(page);
        page.addAttribute("asked", asked);
        page.addAttribute("organisationName", organisationName(asked));
        page.addAttribute("reasons", CallWords.choices());
        page.addAttribute("statuses", STATUSES);
        page.addAttribute("backends", backendNames);
        page.addAttribute(
                "calls",
                found.calls().stream()
                        .map(call -> new Row(
                                call,
                                names.getOrDefault(call.tenant(), ""),
                                name(call.backendId(), backendNames),
                                CallWords.tone(call.reason(), call.status()),
                                CallWords.brief(call.reason(), call.status())))
                        .toList());
        page.addAttribute("first", after.isEmpty() ? "" : href(days, asked, ""));
        page.addAttribute(
                "next", found.next().map(cursor -> href(days, asked, cursor)).orElse(""));
        return "usage/admin-calls";
    }

    @GetMapping("/admin/calls/{id}")
    String call(@PathVariable UUID id, Model model) {
        UsageCall call = calls.call(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        story.fill(call, model);
        model.addAttribute(
                "organisationName",
                organisations.names(List.of(call.tenant())).getOrDefault(call.tenant(), "No longer there"));
        model.addAttribute(
                "keyName",
                keys.stream()
                        .findFirst()
                        .map(names -> names.ofAll(List.of(call.keyId())).get(call.keyId()))
                        .orElse("No longer there"));
        model.addAttribute("backendName", name(call.backendId(), backendNames()));
        return "usage/admin-call";
    }

    /** Nothing where the address names what does not exist: then no call is of it. */
    private Optional<CallSearch> search(DayRange days, Asked asked) {
        List<TenantId> tenants = asked.organisation().isEmpty() ? null : tenants(asked.organisation());
        UUID offer = asked.model().isEmpty()
                ? null
                : offers.byModel(asked.model()).map(OfferView::id).orElse(null);
        UUID backend = UsagePages.uuid(asked.backend());
        int[] status = status(asked.status());
        if ((tenants != null && tenants.isEmpty())
                || (offer == null && !asked.model().isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(new CallSearch(
                days.from(),
                days.to(),
                tenants,
                offer,
                backend,
                CallWords.known(asked.reason()),
                status[0],
                status[1]));
    }

    private List<TenantId> tenants(String organisation) {
        return organisations.overview(organisation, MOST_ORGANISATIONS, 0).stream()
                .map(OrganisationOverview::id)
                .toList();
    }

    /** The name of the organisation that the address gives by its id, or empty. */
    private String organisationName(Asked asked) {
        UUID id = UsagePages.uuid(asked.organisation());
        return id == null ? "" : organisations.names(List.of(new TenantId(id))).getOrDefault(new TenantId(id), "");
    }

    private static int[] status(String status) {
        if (status.matches("[1-5]xx")) {
            int hundred = (status.charAt(0) - '0') * 100;
            return new int[] {hundred, hundred + 99};
        }
        if (status.matches("[1-5][0-9][0-9]")) {
            return new int[] {Integer.parseInt(status), Integer.parseInt(status)};
        }
        return new int[] {0, 999};
    }

    private UsageReports.Page page(CallSearch search, String after) {
        try {
            return calls.page(search, after, PAGE);
        } catch (IllegalArgumentException noCursor) {
            return calls.page(search, "", PAGE);
        }
    }

    private static String name(@Nullable UUID backend, Map<UUID, BackendNames.Named> names) {
        BackendNames.Named named = backend == null ? null : names.get(backend);
        return backend == null ? "" : named == null ? "No longer there" : named.name();
    }

    private Map<UUID, BackendNames.Named> backendNames() {
        return backends.stream().findFirst().map(BackendNames::all).orElse(Map.of());
    }

    private static String href(DayRange days, Asked asked, String after) {
        Map<String, @Nullable String> parameters = new LinkedHashMap<>();
        parameters.put("from", days.from().toString());
        parameters.put("to", days.to().toString());
        parameters.put("organisation", asked.organisation());
        parameters.put("model", asked.model());
        parameters.put("backend", asked.backend());
        parameters.put("reason", asked.reason());
        parameters.put("status", asked.status());
        parameters.put("after", after);
        UriComponentsBuilder address = UriComponentsBuilder.fromPath("/admin/calls");
        parameters.forEach((name, value) -> {
            if (value != null && !value.isEmpty()) {
                address.queryParam(name, "{" + name + "}");
            }
        });
        return address.encode().buildAndExpand(parameters).toUriString();
    }
}
