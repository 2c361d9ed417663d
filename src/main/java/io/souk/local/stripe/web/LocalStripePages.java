package io.souk.local.stripe.web;

import io.souk.local.stripe.ConditionalOnLocalStripe;
import io.souk.local.stripe.LocalStripe;
import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import io.souk.tenancy.access.PlatformAdmin;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What the local Stripe holds, and its clock, for admins. */
@Controller
@ConditionalOnRole(Role.PORTAL)
@ConditionalOnLocalStripe
@PlatformAdmin
class LocalStripePages {
    private static final int MOST_DAYS = 62;

    private final LocalStripe stripe;

    LocalStripePages(LocalStripe stripe) {
        this.stripe = stripe;
    }

    @PlatformAdmin
    @GetMapping("/admin/local-stripe")
    String show(Model model) {
        Instant now = stripe.now().truncatedTo(ChronoUnit.SECONDS);
        model.addAttribute("now", now);
        model.addAttribute("objects", stripe.dashboard().objects());
        model.addAttribute("events", stripe.dashboard().events());
        model.addAttribute("deliveries", stripe.dashboard().deliveries());
        return "local/stripe/dashboard";
    }

    @PlatformAdmin
    @PostMapping("/admin/local-stripe/clock")
    String advance(@RequestParam(defaultValue = "0") int days) {
        stripe.advance(Duration.ofDays(Math.clamp(days, 0, MOST_DAYS)));
        return "redirect:/admin/local-stripe";
    }
}
