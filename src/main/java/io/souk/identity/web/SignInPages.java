package io.souk.identity.web;

import io.souk.identity.Person;
import io.souk.identity.SignIn;
import io.souk.identity.SignIns;
import io.souk.platform.Access;
import io.souk.platform.Access.Need;
import io.souk.platform.RefusedForms;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
@Access(Need.ANYONE)
class SignInPages {
    /** Another provider that people may sign in by. */
    record Provider(String id, String name) {}

    private final SignIns signIns;
    private final Door door;
    private final List<Provider> providers;
    private final Clock clock;

    SignInPages(SignIns signIns, Door door, ObjectProvider<ClientRegistrationRepository> registrations, Clock clock) {
        this.signIns = signIns;
        this.door = door;
        this.providers = registrations.getIfAvailable() instanceof Iterable<?> all
                ? StreamSupport.stream(all.spliterator(), false)
                        .map(ClientRegistration.class::cast)
                        .map(one -> new Provider(one.getRegistrationId(), one.getClientName()))
                        .toList()
                : List.of();
        this.clock = clock;
    }

    @GetMapping("/sign-in")
    String page(
            @RequestParam(defaultValue = "") String email,
            @RequestParam(defaultValue = "") String next,
            @RequestParam(required = false) @Nullable String unvouched,
            @RequestParam(name = "provider-failed", required = false) @Nullable String failed,
            @Nullable Person person,
            Model model) {
        if (person != null) {
            return "redirect:" + Door.ours(next).orElse("/");
        }
        if (unvouched != null) {
            model.addAttribute(
                    "problem",
                    "The provider did not confirm your e-mail address. Confirm it there, or sign in by password.");
        }
        if (failed != null) {
            model.addAttribute("problem", "The sign-in there did not succeed. Try again, or sign in by password.");
        }
        return show(email, next, model);
    }

    private String show(String email, String next, Model model) {
        model.addAttribute("email", email);
        model.addAttribute("next", Door.ours(next).orElse(""));
        model.addAttribute("providers", providers);
        return "identity/sign-in";
    }

    @PostMapping("/sign-in")
    String signIn(
            @RequestParam String email,
            @RequestParam String password,
            @RequestParam(defaultValue = "") String next,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        return switch (signIns.byPassword(email, password, request.getRemoteAddr())) {
            case SignIn.Accepted accepted -> {
                door.enter(accepted.person(), FactorGrantedAuthority.PASSWORD_AUTHORITY, request, response);
                yield accepted.person().verified()
                        ? "redirect:" + door.destination(next, request, response)
                        : "redirect:/verify";
            }
            case SignIn.Refused _ -> {
                RefusedForms.tell(
                        model,
                        "problem",
                        "The e-mail address or the password is wrong. Check both, or set a new password below.");
                yield show(email, next, model);
            }
            case SignIn.Throttled throttled -> {
                response.setStatus(HttpStatus.TOO_MANY_REQUESTS.value());
                long seconds = secondsUntil(throttled.until());
                response.setHeader("Retry-After", Long.toString(seconds));
                model.addAttribute("wait", inWords(seconds));
                yield "identity/too-often";
            }
        };
    }

    private long secondsUntil(Instant until) {
        return Math.max(1, Duration.between(clock.instant(), until).toSeconds() + 1);
    }

    static String inWords(long seconds) {
        return seconds < 60
                ? seconds + (seconds == 1 ? " second" : " seconds")
                : (seconds + 59) / 60 + (seconds <= 60 ? " minute" : " minutes");
    }
}
