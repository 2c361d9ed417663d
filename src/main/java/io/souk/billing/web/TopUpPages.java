package io.souk.billing.web;

import io.souk.billing.PaymentsUnavailable;
import io.souk.billing.Receipts;
import io.souk.billing.TopUpView;
import io.souk.billing.TopUps;
import io.souk.billing.Wallets;
import io.souk.platform.PortalAddress;
import io.souk.tenancy.CurrentMember;
import io.souk.tenancy.access.BillingRole;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/**
 * Buying credit: an amount, the payment provider's page, and the page that people come back to. What that page says is read
 * from the provider, whether or not its webhook has come, and reading it any number of times credits once.
 */
@Controller
@BillingRole
class TopUpPages {
    private static final Logger log = LoggerFactory.getLogger(TopUpPages.class);
    private static final List<String> PRESETS = List.of("10", "20", "50", "100", "250");
    private static final String USUAL = "20";

    private final TopUps topUps;
    private final Receipts receipts;
    private final Wallets wallets;
    private final PortalAddress portal;

    TopUpPages(TopUps topUps, Receipts receipts, Wallets wallets, PortalAddress portal) {
        this.topUps = topUps;
        this.receipts = receipts;
        this.wallets = wallets;
        this.portal = portal;
    }

    @BillingRole
    @GetMapping("/billing/top-up")
    String form(@RequestParam(defaultValue = USUAL) String amount, Model model, HttpServletResponse response) {
        String chosen = amount.length() > 20 ? USUAL : amount;
        model.addAttribute("form", new TopUpForm(chosen, UUID.randomUUID().toString()));
        return fill(chosen, model, response);
    }

    private String fill(String amount, Model model, HttpServletResponse response) {
        model.addAttribute("presets", PRESETS);
        model.addAttribute("chosen", amount);
        model.addAttribute("currency", topUps.currency());
        model.addAttribute("limits", TopUpForm.limits(topUps.currency()));
        model.addAttribute("wallet", wallets.wallet());
        model.addAttribute("possible", topUps.isPossible());
        // a form that is kept would offer its old key again
        response.setHeader("Cache-Control", "no-store");
        return "billing/top-up";
    }

    @BillingRole
    @PostMapping("/billing/top-ups")
    String order(
            @ModelAttribute("form") TopUpForm form,
            BindingResult result,
            CurrentMember member,
            Model model,
            HttpServletResponse response) {
        String typed = form.amount() == null ? "" : form.amount();
        Optional<Long> minor = form.minor(topUps.currency(), result);
        if (!topUps.isPossible()) {
            result.reject("payments", "Payments are not set up here, so no credit can be bought. Nothing was charged.");
        }
        if (result.hasErrors()) {
            return fill(typed, model, response);
        }
        try {
            TopUpView order = topUps.order(
                    form.formKey(),
                    minor.orElseThrow(),
                    member.organisation(),
                    member.email(),
                    member.accountId(),
                    back());
            String checkout = order.checkoutUrl();
            return "redirect:" + (checkout == null || order.state().isOver() ? page(order.id()) : checkout);
        } catch (PaymentsUnavailable away) {
            log.warn("a payment page could not be opened: {}", away.getMessage());
            result.reject(
                    "payments",
                    "The payment provider does not answer at the moment. Nothing was charged and nothing is lost: try"
                            + " again in a minute.");
            response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
            response.setHeader("Retry-After", "30");
            return fill(typed, model, response);
        }
    }

    private static String page(UUID id) {
        return "/billing/top-ups/" + id;
    }

    private TopUps.Return back() {
        String page = portal.page("/billing/top-ups/" + TopUps.Return.ID);
        return new TopUps.Return(page + "?session_id={CHECKOUT_SESSION_ID}", page + "/cancelled");
    }

    /** Where people come back to, and where the payment can be looked at later. */
    @BillingRole
    @GetMapping("/billing/top-ups/{id}")
    String result(@PathVariable UUID id, Model model, HttpServletResponse response) {
        return show(id, () -> topUps.refresh(id), model, response);
    }

    /** Where "cancel" on the provider's page leads. */
    @BillingRole
    @GetMapping("/billing/top-ups/{id}/cancelled")
    String cancelled(@PathVariable UUID id, Model model, HttpServletResponse response) {
        return show(id, () -> topUps.cancel(id), model, response);
    }

    @BillingRole
    @PostMapping("/billing/top-ups/{id}/cancel")
    String cancel(@PathVariable UUID id, Model model, HttpServletResponse response) {
        return show(id, () -> topUps.cancel(id), model, response);
    }

    private String show(UUID id, Supplier<Optional<TopUpView>> read, Model model, HttpServletResponse response) {
        boolean away = false;
        Optional<TopUpView> order;
        try {
            order = read.get();
        } catch (PaymentsUnavailable e) {
            log.warn("what became of payment {} could not be read: {}", id, e.getMessage());
            away = true;
            order = topUps.find(id);
        }
        TopUpView seen = order.orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        model.addAttribute("order", seen);
        model.addAttribute("outcome", Outcome.of(seen, away));
        model.addAttribute("amount", seen.amount().toDecimal().toPlainString());
        model.addAttribute("receipt", receipts.of(id).orElse(null));
        model.addAttribute("wallet", wallets.wallet());
        response.setHeader("Cache-Control", "no-store");
        return "billing/top-up-result";
    }
}
