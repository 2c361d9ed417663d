package io.souk.catalog.web;

import io.souk.catalog.OfferPage;
import io.souk.catalog.OfferSearch;
import io.souk.catalog.Offers;
import io.souk.catalog.Task;
import io.souk.tenancy.access.Anyone;
import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** The catalogue. Every state of it has an address. */
@Controller
class CatalogPages {
    private static final int MOST_TEXT = 200;

    private final Offers offers;
    private final ModelCards cards;

    CatalogPages(Offers offers, ModelCards cards) {
        this.offers = offers;
        this.cards = cards;
    }

    /** One task among the facets. */
    record Facet(String title, int count, String href, boolean chosen) {}

    @Anyone
    @GetMapping("/models")
    String models(
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "") String task,
            @RequestParam(defaultValue = "") String sort,
            @RequestParam(defaultValue = "") String page,
            @RequestHeader(name = "HX-Request", defaultValue = "") String htmx,
            @RequestHeader(name = "HX-History-Restore-Request", defaultValue = "") String restored,
            HttpServletResponse response,
            Model model) {
        String text = q.length() > MOST_TEXT ? q.substring(0, MOST_TEXT) : q;
        OfferSearch search = new OfferSearch(text.strip(), task(task), sort(sort), number(page));
        OfferPage found = offers.live(search);
        model.addAttribute("q", text);
        model.addAttribute(
                "chosenTask", search.task() == null ? "" : search.task().label());
        model.addAttribute("chosenSort", search.sort().name().toLowerCase(Locale.ROOT));
        model.addAttribute("sorts", sorts());
        model.addAttribute("facets", facets(search, found));
        model.addAttribute("total", found.total());
        model.addAttribute("everything", text.isBlank() && search.task() == null);
        model.addAttribute("cards", cards.of(found.offers()));
        model.addAttribute("previous", search.page() > 1 ? href(search, search.task(), search.page() - 1) : "");
        model.addAttribute("next", search.page() < found.pages() ? href(search, search.task(), search.page() + 1) : "");
        model.addAttribute("pages", found.pages());
        model.addAttribute("shownPage", search.page());
        response.addHeader("Vary", "HX-Request");
        return htmx.equals("true") && !restored.equals("true") ? "catalog/models :: results" : "catalog/models";
    }

    private static Map<String, Facet> facets(OfferSearch search, OfferPage found) {
        Map<String, Facet> facets = new LinkedHashMap<>();
        int all = found.tasks().values().stream().mapToInt(Integer::intValue).sum();
        facets.put("all", new Facet("All tasks", all, href(search, null, 1), search.task() == null));
        for (Task task : Task.values()) {
            int count = found.tasks().getOrDefault(task, 0);
            if (count > 0 || task == search.task()) {
                facets.put(task.label(), new Facet(task.title(), count, href(search, task, 1), task == search.task()));
            }
        }
        return facets;
    }

    private static Map<String, String> sorts() {
        Map<String, String> sorts = new LinkedHashMap<>();
        for (OfferSearch.Sort sort : OfferSearch.Sort.values()) {
            sorts.put(sort.name().toLowerCase(Locale.ROOT), sort.title());
        }
        return sorts;
    }

    private static String href(OfferSearch search, @Nullable Task task, int page) {
        UriComponentsBuilder address = UriComponentsBuilder.fromPath("/models");
        if (!search.text().isEmpty()) {
            address.queryParam("q", "{q}");
        }
        if (task != null) {
            address.queryParam("task", task.label());
        }
        if (search.sort() != OfferSearch.Sort.NAME) {
            address.queryParam("sort", search.sort().name().toLowerCase(Locale.ROOT));
        }
        if (page > 1) {
            address.queryParam("page", page);
        }
        return address.encode().buildAndExpand(Map.of("q", search.text())).toUriString();
    }

    /** An address that somebody typed may say anything; what it does not say rightly is left out. */
    private static @Nullable Task task(String label) {
        for (Task task : Task.values()) {
            if (task.label().equals(label)) {
                return task;
            }
        }
        return null;
    }

    private static OfferSearch.Sort sort(String label) {
        for (OfferSearch.Sort sort : OfferSearch.Sort.values()) {
            if (sort.name().equalsIgnoreCase(label)) {
                return sort;
            }
        }
        return OfferSearch.Sort.NAME;
    }

    private static int number(String page) {
        return page.matches("[1-9][0-9]{0,5}") ? Integer.parseInt(page) : 1;
    }
}
