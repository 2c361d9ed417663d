package io.souk.local.stripe.web;

import io.souk.local.stripe.CardEntry;
import io.souk.local.stripe.CheckoutDesk;
import io.souk.local.stripe.CheckoutOutcome;
import io.souk.local.stripe.CheckoutView;
import io.souk.local.stripe.ConditionalOnLocalStripe;
import io.souk.local.stripe.LocalStripe;
import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import io.souk.tenancy.access.Anyone;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/** The hosted payment page of the local Stripe. */
@Controller
@ConditionalOnRole(Role.PORTAL)
@ConditionalOnLocalStripe
@Anyone
class CheckoutPages {
    private static final String PAGE = "local/stripe/checkout";

    private final CheckoutDesk desk;

    CheckoutPages(LocalStripe stripe) {
        this.desk = stripe.checkout();
    }

    /** What was typed; every field may be empty. */
    record PaymentForm(
            @Nullable String number,
            @Nullable String expiry,
            @Nullable String cvc,
            @Nullable String name,
            @Nullable String email) {
        CardEntry entry() {
            return new CardEntry(text(number), text(expiry), text(cvc), text(name), text(email));
        }

        private static String text(@Nullable String given) {
            return given == null ? "" : given.strip();
        }
    }

    @Anyone
    @GetMapping("/local/stripe/checkout/{id}")
    String show(@PathVariable String id, Model model, HttpServletResponse response) {
        return page(id, new PaymentForm(null, null, null, null, null), Map.of(), null, model, response);
    }

    @Anyone
    @PostMapping("/local/stripe/checkout/{id}")
    String pay(
            @PathVariable String id,
            @ModelAttribute("form") PaymentForm form,
            Model model,
            HttpServletResponse response) {
        find(id);
        return answer(id, form, desk.pay(id, form.entry()), model, response);
    }

    @Anyone
    @PostMapping("/local/stripe/checkout/{id}/authentication")
    String authenticate(
            @PathVariable String id,
            @RequestParam(defaultValue = "fail") String answer,
            Model model,
            HttpServletResponse response) {
        find(id);
        CheckoutOutcome outcome = desk.authenticate(id, answer.equals("complete"));
        return answer(id, new PaymentForm(null, null, null, null, null), outcome, model, response);
    }

    private String answer(
            String id, PaymentForm form, CheckoutOutcome outcome, Model model, HttpServletResponse response) {
        return switch (outcome) {
            case CheckoutOutcome.Done(String url) -> "redirect:" + url;
            case CheckoutOutcome.Authenticate _ -> "redirect:/local/stripe/checkout/" + id;
            case CheckoutOutcome.Closed _ -> "redirect:/local/stripe/checkout/" + id;
            case CheckoutOutcome.Declined(String message) -> page(id, form, Map.of(), message, model, response);
            case CheckoutOutcome.Mistyped(Map<String, String> problems) ->
                page(id, form, problems, null, model, response);
        };
    }

    private String page(
            String id,
            PaymentForm form,
            Map<String, String> problems,
            @Nullable String declined,
            Model model,
            HttpServletResponse response) {
        CheckoutView session = find(id);
        model.addAttribute("visit", session);
        model.addAttribute("form", form);
        model.addAttribute("problems", problems);
        model.addAttribute("declined", declined == null ? "" : declined);
        if (!problems.isEmpty() || declined != null) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        }
        response.setHeader("Content-Security-Policy", policy(session));
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cache-Control", "no-store");
        return PAGE;
    }

    private CheckoutView find(String id) {
        return desk.find(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }

    /** The form's answer is a redirect to the seller, which browsers count as part of the form's action. */
    private static String policy(CheckoutView session) {
        URI seller = URI.create(session.successUrl());
        String origin = seller.getScheme() + "://" + seller.getRawAuthority();
        return "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
                + "form-action 'self' " + origin;
    }
}
