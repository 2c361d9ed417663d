package io.souk.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.providers.EmbeddedResourceAxeProvider;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.naming.OperationNotSupportedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/**
 * Every page that links lead to, as a stranger, a customer and an admin see it, wide and narrow, light and dark: axe
 * finds nothing, and nothing stands out over the side at 360 pixels.
 */
@ExtendWith(Journeys.class)
class AccessibleIT {
    private static final int WIDE = 1440;
    private static final int NARROW = 390;
    private static final int NARROWEST = 360;
    private static final int MOST_PAGES = 60;
    private static final Map<String, ?> EVERYTHING = Map.of("resultTypes", List.of("violations"));
    private static final Map<String, ?> COLOURS = Map.of(
            "resultTypes",
            List.of("violations"),
            "runOnly",
            Map.of("type", "rule", "values", List.of("color-contrast", "link-in-text-block")));
    private static final String AXE = axe();
    private static final Pattern NO_PAGE = Pattern.compile(".*(#|sign-out|openapi|\\.csv|/theme|/oauth2/).*");

    private final List<String> problems = new ArrayList<>();
    private final Map<String, String> visited = new LinkedHashMap<>();

    private static String axe() {
        try {
            return new EmbeddedResourceAxeProvider().getScript();
        } catch (IOException | OperationNotSupportedException e) {
            throw new IllegalStateException("axe is not on the class path", e);
        }
    }

    @Test
    void toAStranger(RunningSouk souk) {
        try (Visit visit = Visit.to(souk.portal())) {
            crawl(visit, List.of("/", "/models", "/sign-up", "/sign-in", "/forgot-password", "/no-such-page"));
            assertThat(visited.keySet()).contains("/", "/models/name", "/docs");

            visit.go("/sign-in").type("field-email", "nobody@example.org").type("field-password", "wrong");
            look(visit.follow("submit"), "/sign-in, refused");
            visit.go("/sign-up").type("field-name", "x").type("field-email", "x@example.org");
            visit.type("field-organisation", "x").type("field-password", "short");
            look(visit.follow("submit"), "/sign-up, refused");
            visit.go("/models?q=nothing-has-this-name");
            look(visit, "/models, empty");
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void toACustomer(RunningSouk souk) {
        try (Visit visit = Visit.to(souk.portal())) {
            visit.signIn(souk.customer());
            seen("/", "/docs", "/docs/api", "/docs/charges");
            crawl(visit, List.of("/overview", "/models", "/account"));
            assertThat(visited.keySet())
                    .contains("/usage", "/usage/calls", "/usage/calls/id", "/keys", "/keys/new", "/billing")
                    .contains("/organisation", "/organisation/clients", "/models/name");

            visit.go("/keys/new").type("field-name", "To look at").follow("create-key");
            look(visit, "/keys, with a new one");
            visit.go("/keys/new").type("field-name", " ").follow("create-key");
            look(visit, "/keys/new, refused");
            visit.go("/models/all-minilm-l6-v2").press("try-button");
            visit.see("try-answer");
            look(visit, "/models, tried");
            visit.go("/models/all-minilm-l6-v2").press("open-end-subscription");
            visit.see("confirm-end-subscription");
            look(visit, "/models, before a subscription ends");
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void toAnAdmin(RunningSouk souk) {
        try (Visit visit = Visit.to(souk.portal())) {
            visit.signIn(souk.admin());
            seen("/", "/docs", "/docs/api", "/docs/charges", "/models", "/models/name", "/overview", "/usage", "/keys");
            seen("/usage/calls", "/keys/new", "/billing", "/organisation", "/organisation/clients", "/account");
            crawl(visit, List.of("/admin/models", "/admin/models/new", "/admin/backends"));
            assertThat(visited.keySet())
                    .contains("/admin/models/id/card", "/admin/models/id/price", "/admin/models/id/backends")
                    .contains("/admin/models/id/test", "/admin/models/id/review");

            visit.go("/admin/models").leaveBy(visit.see("row-all-minilm-l6-v2").findElement(By.tagName("a")));
            String offer = visit.path().replace("/review", "");
            visit.go(offer + "/price").type("field-INPUT", "0.03").follow("compare");
            look(visit, "/admin/models/id/price, compared");
            visit.go(offer + "/price").type("field-INPUT", "dear").follow("compare");
            look(visit, "/admin/models/id/price, refused");
            visit.go(offer + "/test").press("run");
            visit.see("to-review");
            look(visit, "/admin/models/id/test, run");
        }
        assertThat(problems).isEmpty();
    }

    /** Pages that another role's test looks at. */
    private void seen(String... paths) {
        for (String path : paths) {
            visited.put(path, path);
        }
    }

    private void crawl(Visit visit, List<String> starts) {
        String portal = visit.go(starts.getFirst()).origin();
        Deque<String> open = new ArrayDeque<>(starts);
        while (!open.isEmpty()) {
            String path = open.removeFirst();
            String shape = path.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "id")
                    .replaceAll("\\?.*", "")
                    .replaceAll("^/models/.+", "/models/name");
            if (visited.putIfAbsent(shape, path) != null) {
                continue;
            }
            assertThat(visited).as("links that never end").hasSizeLessThan(MOST_PAGES);
            visit.go(path);
            for (WebElement link : visit.browser().findElements(By.cssSelector("a[href]"))) {
                String target = String.valueOf(link.getDomProperty("href"));
                if (target.startsWith(portal + "/") && !NO_PAGE.matcher(target).matches()) {
                    open.addLast(target.substring(portal.length()));
                }
            }
            look(visit, shape);
        }
    }

    /** The structure is the same in both themes, so in the dark only colours are looked at. */
    private void look(Visit visit, String page) {
        visit.browser().executeScript(AXE);
        for (int width : new int[] {WIDE, NARROW}) {
            show(visit, width, "light");
            note(page + " at " + width, visit, EVERYTHING);
            show(visit, width, "dark");
            note(page + " at " + width + ", dark", visit, COLOURS);
        }
        show(visit, NARROWEST, "light");
        Object over = visit.browser()
                .executeScript("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (!Long.valueOf(0).equals(over)) {
            problems.add(page + " at " + NARROWEST + ": is " + over + " pixels too wide");
        }
        show(visit, WIDE, "light");
    }

    private void note(String page, Visit visit, Map<String, ?> options) {
        Object found = visit.browser().executeAsyncScript("""
            const done = arguments[arguments.length - 1];
            axe.run(document, arguments[0]).then(
              (results) => done(results.violations.flatMap((rule) =>
                rule.nodes.map((node) => `${rule.id}, ${rule.help}: ${node.html}`))),
              (problem) => done([`axe failed: ${problem}`]));
            """, options);
        ((List<?>) Objects.requireNonNull(found)).forEach(violation -> problems.add(page + ": " + violation));
    }

    private static void show(Visit visit, int width, String theme) {
        visit.browser()
                .executeCdpCommand(
                        "Emulation.setDeviceMetricsOverride",
                        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < 600));
        visit.browser()
                .executeCdpCommand(
                        "Emulation.setEmulatedMedia",
                        Map.of(
                                "features",
                                List.of(
                                        Map.of("name", "prefers-color-scheme", "value", theme),
                                        // colours in the middle of a transition are of neither theme
                                        Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }
}
