package io.souk.local.stripe.web;

import io.souk.local.stripe.ConditionalOnLocalStripe;
import io.souk.local.stripe.Dashboard;
import io.souk.local.stripe.LocalStripe;
import io.souk.platform.ConditionalOnRole;
import io.souk.platform.RefusedForms;
import io.souk.platform.Role;
import io.souk.tenancy.access.PlatformAdmin;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** What the local Stripe holds, and its clock, for admins. */
@Controller
@ConditionalOnRole(Role.PORTAL)
@ConditionalOnLocalStripe
@PlatformAdmin
class LocalStripePages {
    private static final int MOST_DAYS = 62;

    private final LocalStripe stripe;
    private final Clock clock;

    LocalStripePages(LocalStripe stripe, Clock clock) {
        this.stripe = stripe;
        this.clock = clock;
    }

    /** An object or an event; {@code words} says what it is. */
    record Row(Dashboard.Row row, String words) {}

    /** A webhook; {@code words} says what it told. */
    record Sent(Dashboard.Delivery delivery, String words, String tone, String outcome) {
        static Sent of(Dashboard.Delivery delivery) {
            boolean taken = StripeWords.isTaken(delivery.outcome());
            String tone = taken ? "good" : delivery.attempts() == 0 ? "quiet" : "bad";
            return new Sent(
                    delivery, StripeWords.event(delivery.type()), tone, StripeWords.outcome(delivery.outcome()));
        }
    }

    @PlatformAdmin
    @GetMapping("/admin/local-stripe")
    String show(Model model) {
        Instant now = stripe.now().truncatedTo(ChronoUnit.SECONDS);
        Dashboard dashboard = stripe.dashboard();
        model.addAttribute("now", now);
        model.addAttribute(
                "ahead", Duration.between(clock.instant(), now).plusMinutes(1).toDays());
        model.addAttribute(
                "objects",
                dashboard.objects().stream()
                        .map(row -> new Row(row, StripeWords.object(row.type())))
                        .toList());
        model.addAttribute(
                "events",
                dashboard.events().stream()
                        .map(row -> new Row(row, StripeWords.event(row.what())))
                        .toList());
        List<Sent> sent = dashboard.deliveries().stream().map(Sent::of).toList();
        model.addAttribute("deliveries", sent);
        return "local/stripe/dashboard";
    }

    @PlatformAdmin
    @PostMapping("/admin/local-stripe/clock")
    String advance(@RequestParam(defaultValue = "") String days, Model model, RedirectAttributes redirect) {
        int number = days.strip().matches("[0-9]{1,4}") ? Integer.parseInt(days.strip()) : 0;
        if (number < 1 || number > MOST_DAYS) {
            RefusedForms.tell(
                    model,
                    "problem",
                    "The clock goes forward by 1 to " + MOST_DAYS + " days at a time, a whole number. It was not"
                            + " moved.");
            return show(model);
        }
        stripe.advance(Duration.ofDays(number));
        redirect.addFlashAttribute(
                "notice",
                "The clock of the local Stripe went " + number + (number == 1 ? " day" : " days")
                        + " forward, and what fell due was done.");
        return "redirect:/admin/local-stripe";
    }
}
