package io.souk.supply.web;

import io.souk.catalog.Example;
import io.souk.catalog.OfferRefused;
import io.souk.catalog.OfferView;
import io.souk.catalog.PriceBook;
import io.souk.catalog.PriceVersionView;
import io.souk.catalog.PriceWords;
import io.souk.identity.Person;
import io.souk.kernel.PriceList;
import io.souk.kernel.TokenClass;
import io.souk.platform.RefusedForms;
import io.souk.tenancy.access.PlatformAdmin;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The price of a model: every edit is a version of its own, shown beside the present one before it is saved. */
@Controller
@PlatformAdmin
class PricePages {
    private final PriceBook prices;
    private final Wizard wizard;
    private final Clock clock;

    PricePages(PriceBook prices, Wizard wizard, Clock clock) {
        this.prices = prices;
        this.wizard = wizard;
        this.clock = clock;
    }

    /**
     * A class before and after; null where it has no price of its own.
     *
     * @param effect what a caller pays for the class, where a class without a price is charged as another
     */
    record Change(
            TokenClass tokenClass,
            String name,
            @Nullable Long before,
            @Nullable Long after,
            long effect) {
        public boolean isChanged() {
            return !java.util.Objects.equals(before, after);
        }
    }

    @GetMapping("/admin/models/{id}/price")
    String price(@PathVariable UUID id, Model model) {
        OfferView offer = wizard.open(id, Step.PRICE, model);
        List<PriceVersionView> versions = prices.versions(id);
        return page(offer, PriceForm.of(versions.isEmpty() ? null : versions.getLast(), prices.currency()), model);
    }

    /**
     * @param action {@code compare} shows what would change, {@code save} makes the version
     * @param after the number of versions that the admin saw, so that a double click or a colleague's edit is noticed
     */
    @PostMapping("/admin/models/{id}/price")
    String change(
            @PathVariable UUID id,
            @RequestParam Map<String, String> fields,
            @RequestParam(defaultValue = "compare") String action,
            @RequestParam(defaultValue = "-1") int after,
            Person admin,
            Model model,
            RedirectAttributes redirect) {
        OfferView offer = wizard.open(id, Step.PRICE, model);
        List<PriceVersionView> versions = prices.versions(id);
        PriceForm form = PriceForm.of(fields, prices.currency());
        try {
            Map<TokenClass, Long> micros = form.microsPerMillion();
            Instant start = form.start();
            if (action.equals("save")) {
                if (after != versions.size()) {
                    redirect.addFlashAttribute(
                            "problem", "The price was changed meanwhile. Look at the versions below before you edit.");
                    return Wizard.to(id, Step.PRICE);
                }
                PriceVersionView version = prices.newVersion(id, start, form.currency(), micros, admin.accountId());
                redirect.addFlashAttribute("notice", "Version " + version.number() + " saved.");
                return offer.wasEverLive() ? Wizard.to(id, Step.PRICE) : Wizard.to(id, Step.BACKENDS);
            }
            compare(offer, versions, form, micros, model);
        } catch (OfferRefused refused) {
            RefusedForms.tell(model, "refused", String.valueOf(refused.getMessage()));
        }
        return page(offer, form, model);
    }

    private void compare(
            OfferView offer,
            List<PriceVersionView> versions,
            PriceForm form,
            Map<TokenClass, Long> micros,
            Model model) {
        PriceVersionView before = versions.isEmpty() ? null : versions.getLast();
        if (micros.isEmpty()) {
            throw new OfferRefused("prices", "Set a price for at least one class; 0 makes it free.");
        }
        String currency = form.currency();
        prices.requireCurrency(currency);
        PriceList list = new PriceList(currency, micros);
        List<Change> changes = new ArrayList<>();
        for (TokenClass tokenClass : TokenClass.values()) {
            Long old = before == null ? null : before.microsPerMillion().get(tokenClass);
            Long young = micros.get(tokenClass);
            if (old != null || young != null) {
                changes.add(new Change(tokenClass, PriceWords.name(tokenClass), old, young, list.of(tokenClass)));
            }
        }
        model.addAttribute("newStart", prices.start(offer.id(), form.start()));
        model.addAttribute("changes", changes);
        model.addAttribute("newCurrency", currency);
        model.addAttribute("oldCurrency", before == null ? currency : before.currency());
        model.addAttribute("newExample", Example.of(offer.task(), list));
        model.addAttribute("oldExample", before == null ? null : Example.of(offer.task(), before.list()));
    }

    private String page(OfferView offer, PriceForm form, Model model) {
        List<PriceVersionView> versions = prices.versions(offer.id());
        model.addAttribute("form", form);
        model.addAttribute("currency", prices.currency());
        model.addAttribute("fields", form.fields(offer.task()));
        model.addAttribute("moreFields", form.more(offer.task()));
        model.addAttribute("versions", versions.reversed());
        model.addAttribute("inForce", prices.at(offer.id(), clock.instant()).orElse(null));
        model.addAttribute("now", clock.instant());
        model.addAttribute("noticeSeconds", prices.notice().toSeconds());
        return "supply/price";
    }
}
