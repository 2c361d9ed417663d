package io.souk.portal;

import io.souk.platform.Access;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The pages that belong to no other module: home and the reader's choice of theme. */
@Controller
@Access(Access.Need.ANYONE)
class PortalPages {
    private final List<HomeContributor> homes;

    PortalPages(List<HomeContributor> homes) {
        this.homes = homes;
    }

    @GetMapping("/")
    String home(Model model) {
        model.addAttribute(
                "models", homes.stream().flatMap(home -> home.models().stream()).toList());
        return "portal/home";
    }

    /** Remembers a theme in a cookie, so that the server sends it from then on, and returns to the page. */
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

    /** An address on this site: one slash, then no second one that a browser would read as a host. */
    private static boolean ours(String back) {
        return back.matches("/(?![/\\\\])[\\x21-\\x7e&&[^\\\\]]{0,2000}") || back.equals("/");
    }
}
