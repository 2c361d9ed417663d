package io.souk.billing.web;

import io.souk.billing.Promotions;
import io.souk.billing.WalletView;
import io.souk.billing.Wallets;
import io.souk.identity.Person;
import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.tenancy.OrganisationView;
import io.souk.tenancy.Organisations;
import io.souk.tenancy.access.PlatformAdmin;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Gives an organisation credit for nothing, for whoever runs this Souk. */
@Controller
@PlatformAdmin
class CreditPages {
    private final Organisations organisations;
    private final Promotions promotions;
    private final Wallets wallets;
    private final Clock clock;

    CreditPages(Organisations organisations, Promotions promotions, Wallets wallets, Clock clock) {
        this.organisations = organisations;
        this.promotions = promotions;
        this.wallets = wallets;
        this.clock = clock;
    }

    @GetMapping("/admin/organisations/{organisation}/credit")
    String credit(@PathVariable UUID organisation, Model model) {
        model.addAttribute("form", CreditForm.fresh(Ids.next()));
        return page(find(organisation), model);
    }

    private OrganisationView find(UUID id) {
        return organisations
                .find(new TenantId(id))
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }

    private String page(OrganisationView organisation, Model model) {
        WalletView wallet = Tenant.get(organisation.id(), wallets::wallet);
        model.addAttribute("organisation", organisation);
        model.addAttribute("wallet", wallet);
        model.addAttribute("promotions", Tenant.get(organisation.id(), promotions::list));
        return "billing/credit";
    }

    @PostMapping("/admin/organisations/{organisation}/credit")
    String grant(
            @PathVariable UUID organisation,
            @ModelAttribute("form") CreditForm form,
            BindingResult result,
            Person person,
            Model model,
            RedirectAttributes next) {
        OrganisationView found = find(organisation);
        String currency =
                Tenant.get(found.id(), () -> wallets.wallet().balance().currency());
        @Nullable Money amount = form.money(currency, result);
        String reason = form.said(result);
        @Nullable Instant expiresAt = form.expiresAt(clock.instant(), result);
        UUID id = form.id();
        if (id == null) {
            result.reject("id", "The form is incomplete. Load the page anew and try again.");
        }
        if (amount == null || id == null || result.hasErrors()) {
            return page(found, model);
        }
        boolean given;
        try {
            given = Tenant.get(found.id(), () -> promotions.grant(id, amount, reason, expiresAt, person.accountId()));
        } catch (IllegalArgumentException refused) {
            result.reject("refused", String.valueOf(refused.getMessage()));
            return page(found, model);
        }
        next.addFlashAttribute(
                "notice",
                given
                        ? "The credit is given. It pays for calls before the organisation's own money."
                        : "The credit was given already.");
        return "redirect:/admin/organisations/" + organisation + "/credit";
    }
}
