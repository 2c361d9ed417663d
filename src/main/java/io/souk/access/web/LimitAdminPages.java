package io.souk.access.web;

import io.souk.access.Limits;
import io.souk.access.RateLimits;
import io.souk.access.Scope;
import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.identity.Person;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.tenancy.OrganisationView;
import io.souk.tenancy.Organisations;
import io.souk.tenancy.access.PlatformAdmin;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
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

/** What whoever runs this Souk allows an organisation, and each organisation of a model. */
@Controller
@PlatformAdmin
class LimitAdminPages {
    private final Organisations organisations;
    private final Offers offers;
    private final RateLimits limits;

    LimitAdminPages(Organisations organisations, Offers offers, RateLimits limits) {
        this.organisations = organisations;
        this.offers = offers;
        this.limits = limits;
    }

    @GetMapping("/admin/organisations/{id}/limits")
    String organisation(@PathVariable UUID id, Model model) {
        OrganisationView organisation = organisation(id);
        model.addAttribute("limitForm", LimitForm.of(Tenant.get(organisation.id(), () -> limits.of(id))));
        return page(organisation, model);
    }

    private OrganisationView organisation(UUID id) {
        return organisations
                .find(new TenantId(id))
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }

    private static String page(OrganisationView organisation, Model model) {
        return page(
                model,
                "admin-organisations",
                new LinkedHashMap<>(Map.of("/admin/organisations", "Organisations")),
                "Limits of " + organisation.name(),
                "What all keys of the organisation together may ask for.",
                "/admin/organisations/" + organisation.id() + "/limits");
    }

    private static String page(
            Model model, String section, Map<String, String> trail, String title, String text, String path) {
        model.addAttribute("section", section);
        model.addAttribute("trail", trail);
        model.addAttribute("title", title);
        model.addAttribute("text", text);
        model.addAttribute("path", path);
        return "access/admin-limits";
    }

    @PostMapping("/admin/organisations/{id}/limits")
    String limitOrganisation(
            @PathVariable UUID id,
            @ModelAttribute("limitForm") LimitForm form,
            BindingResult result,
            Person person,
            Model model,
            RedirectAttributes next) {
        OrganisationView organisation = organisation(id);
        Limits wanted = form.limits(result);
        if (result.hasErrors()) {
            return page(organisation, model);
        }
        Tenant.run(organisation.id(), () -> limits.set(Scope.ORGANISATION, id, wanted, person.accountId()));
        return saved("/admin/organisations/" + id + "/limits", next);
    }

    @GetMapping("/admin/models/{id}/limits")
    String model(@PathVariable UUID id, Model model) {
        OfferView offer = offer(id);
        model.addAttribute("limitForm", LimitForm.of(limits.ofModel(id)));
        return page(offer, model);
    }

    private OfferView offer(UUID id) {
        return offers.find(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }

    private static Map<String, String> trail(OfferView offer) {
        Map<String, String> trail = new LinkedHashMap<>();
        trail.put("/admin/models", "Models");
        trail.put("/admin/models/" + offer.id(), offer.title());
        return trail;
    }

    private static String page(OfferView offer, Model model) {
        return page(
                model,
                "admin-models",
                trail(offer),
                "Limits of " + offer.title(),
                "What each organisation may ask of this model.",
                "/admin/models/" + offer.id() + "/limits");
    }

    @PostMapping("/admin/models/{id}/limits")
    String limitModel(
            @PathVariable UUID id,
            @ModelAttribute("limitForm") LimitForm form,
            BindingResult result,
            Person person,
            Model model,
            RedirectAttributes next) {
        OfferView offer = offer(id);
        Limits wanted = form.limits(result);
        if (result.hasErrors()) {
            return page(offer, model);
        }
        limits.setOfModel(id, wanted, person.accountId());
        return saved("/admin/models/" + id + "/limits", next);
    }

    private static String saved(String path, RedirectAttributes next) {
        next.addFlashAttribute("notice", "The limits are saved. Gateways keep to them within a second.");
        return "redirect:" + path;
    }
}
