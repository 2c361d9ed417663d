package io.souk.portal;

import io.souk.kernel.ChargeRule;
import io.souk.tenancy.access.AnyMember;
import io.souk.tenancy.access.Anyone;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The pages that belong to no other module: home, overview, documentation, and the reader's choice of theme. */
@Controller
class PortalPages {
    private final List<HomeContributor> homes;
    private final List<OverviewContributor> overviews;
    private final String gateway;
    private final String portal;

    PortalPages(List<HomeContributor> homes, List<OverviewContributor> overviews, Environment environment) {
        this.homes = homes;
        this.overviews = overviews;
        this.gateway = environment.getProperty("souk.gateway.public-url", "http://localhost:8081");
        this.portal = environment.getProperty("souk.portal.public-url", "http://localhost:8080");
    }

    @Anyone
    @GetMapping("/")
    String home(Model model) {
        model.addAttribute(
                "models", homes.stream().flatMap(home -> home.models().stream()).toList());
        model.addAttribute("calls", calls());
        return "portal/home";
    }

    @AnyMember
    @GetMapping("/overview")
    String overview(Model model) {
        model.addAttribute(
                "figures",
                overviews.stream()
                        .flatMap(overview -> overview.figures().stream())
                        .sorted(Comparator.comparingInt(OverviewContributor.Figure::order))
                        .toList());
        var steps = overviews.stream()
                .flatMap(overview -> overview.steps().stream())
                .sorted(Comparator.comparingInt(OverviewContributor.Step::order))
                .toList();
        model.addAttribute("steps", steps);
        model.addAttribute("left", steps.stream().filter(step -> !step.done()).count());
        model.addAttribute("calls", calls());
        model.addAttribute("gateway", gateway);
        return "portal/overview";
    }

    @Anyone
    @GetMapping("/docs")
    String quickStart(Model model) {
        model.addAttribute("calls", calls());
        model.addAttribute("gateway", gateway);
        return "portal/docs";
    }

    @Anyone
    @GetMapping("/docs/charges")
    String charges(Model model) {
        model.addAttribute("rules", ChargeRule.values());
        return "portal/charges";
    }

    @Anyone
    @GetMapping("/docs/api")
    String api(Model model) {
        model.addAttribute("portal", portal);
        return "portal/api";
    }

    /** Remembers a theme in a cookie, so that the server sends it from then on, and returns to the page. */
    @Anyone
    @GetMapping("/theme")
    ResponseEntity<Void> theme(@RequestParam String to, @RequestParam(defaultValue = "/") String back) {
        boolean chosen = Set.of("light", "dark").contains(to);
        var cookie = ResponseCookie.from("theme", chosen ? to : "")
                .path("/")
                .sameSite("Lax")
                .maxAge(chosen ? Duration.ofDays(365) : Duration.ZERO)
                .build();
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .header(HttpHeaders.SET_COOKIE, cookie.toString())
                .header(HttpHeaders.LOCATION, ours(back) ? back : "/")
                .build();
    }

    private Map<String, String> calls() {
        return homes.stream()
                .map(HomeContributor::samples)
                .filter(samples -> !samples.isEmpty())
                .findFirst()
                .orElse(Map.of());
    }

    /** An address on this site: one slash, then no second one that a browser would read as a host. */
    private static boolean ours(String back) {
        return back.matches("/(?![/\\\\])[\\x21-\\x7e&&[^\\\\]]{0,2000}") || back.equals("/");
    }
}
