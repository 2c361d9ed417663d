package io.souk.supply.web;

import io.souk.catalog.Cards;
import io.souk.catalog.Example;
import io.souk.catalog.OfferDraft;
import io.souk.catalog.OfferRefused;
import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.catalog.PriceBook;
import io.souk.catalog.PriceVersionView;
import io.souk.catalog.Publication;
import io.souk.catalog.Subscribers;
import io.souk.catalog.Task;
import io.souk.identity.Person;
import io.souk.identity.SentForms;
import io.souk.kernel.TokenClass;
import io.souk.supply.BackendView;
import io.souk.supply.Backends;
import io.souk.tenancy.access.PlatformAdmin;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The models of the platform, and the steps of the wizard that say what a model is. */
@Controller
@PlatformAdmin
class OfferPages {
    private final Offers offers;
    private final PriceBook prices;
    private final Backends backends;
    private final Subscribers subscribers;
    private final Cards cards;
    private final SentForms sent;
    private final Wizard wizard;
    private final Clock clock;

    OfferPages(
            Offers offers,
            PriceBook prices,
            Backends backends,
            Subscribers subscribers,
            Cards cards,
            SentForms sent,
            Wizard wizard,
            Clock clock) {
        this.offers = offers;
        this.prices = prices;
        this.backends = backends;
        this.subscribers = subscribers;
        this.cards = cards;
        this.sent = sent;
        this.wizard = wizard;
        this.clock = clock;
    }

    /** One offer in the list. */
    record Row(OfferView offer, @Nullable PriceVersionView price, long up, long backends, long subscribers) {
        /** The price of a class, null without one. */
        private @Nullable Long micros(TokenClass tokenClass) {
            return price == null ? null : price.microsPerMillion().get(tokenClass);
        }

        public @Nullable Long input() {
            return micros(TokenClass.INPUT);
        }

        public @Nullable Long output() {
            return micros(TokenClass.OUTPUT);
        }
    }

    @GetMapping("/admin/models")
    String models(Model model) {
        List<OfferView> all = offers.all();
        Map<UUID, PriceVersionView> inForce =
                prices.at(all.stream().map(OfferView::id).toList(), clock.instant());
        Map<UUID, List<BackendView>> byOffer = backends.all().stream()
                .filter(BackendView::enabled)
                .collect(Collectors.groupingBy(BackendView::offerId));
        model.addAttribute(
                "rows",
                all.stream()
                        .map(offer -> {
                            List<BackendView> mine = byOffer.getOrDefault(offer.id(), List.of());
                            return new Row(
                                    offer,
                                    inForce.get(offer.id()),
                                    mine.stream()
                                            .filter(backend -> backend.health().state() == BackendView.State.UP)
                                            .count(),
                                    mine.size(),
                                    subscribers.count(offer.id()));
                        })
                        .toList());
        return "supply/models";
    }

    @GetMapping("/admin/models/new")
    String begin(Model model) {
        model.addAttribute("form", TaskForm.EMPTY);
        return fresh(model);
    }

    @PostMapping("/admin/models")
    String draft(
            @ModelAttribute("form") TaskForm form,
            BindingResult result,
            @RequestParam(required = false) @Nullable UUID sending,
            Person admin,
            Model model) {
        try {
            OfferDraft draft = form.draft("", "");
            return sent.once(admin.accountId(), sending, () -> Optional.of(offers.draft(draft)))
                            instanceof SentForms.Done<OfferView>(OfferView offer)
                    ? Wizard.to(offer.id(), Step.CARD)
                    : "redirect:/admin/models?again";
        } catch (OfferRefused refused) {
            result.rejectValue(refused.field(), "refused", String.valueOf(refused.getMessage()));
            return fresh(model);
        }
    }

    private static String fresh(Model model) {
        model.addAttribute("offer", null);
        model.addAttribute("step", Step.TASK);
        model.addAttribute("steps", Step.values());
        model.addAttribute("done", java.util.Set.of());
        model.addAttribute("tasks", tasks());
        return "supply/task";
    }

    @GetMapping("/admin/models/{id}")
    String first(@PathVariable UUID id) {
        return Wizard.to(id, Step.REVIEW);
    }

    @GetMapping("/admin/models/{id}/task")
    String task(@PathVariable UUID id, Model model) {
        model.addAttribute("form", TaskForm.of(wizard.open(id, Step.TASK, model)));
        model.addAttribute("tasks", tasks());
        return "supply/task";
    }

    @PostMapping("/admin/models/{id}/task")
    String saveTask(@PathVariable UUID id, @ModelAttribute("form") TaskForm form, BindingResult result, Model model) {
        OfferView offer = wizard.open(id, Step.TASK, model);
        try {
            offers.save(id, form.draft(offer.summary(), offer.card()));
            return Wizard.to(id, Step.CARD);
        } catch (OfferRefused refused) {
            result.rejectValue(refused.field(), "refused", String.valueOf(refused.getMessage()));
            model.addAttribute("tasks", tasks());
            return "supply/task";
        }
    }

    @GetMapping("/admin/models/{id}/card")
    String card(@PathVariable UUID id, Model model) {
        OfferView offer = wizard.open(id, Step.CARD, model);
        model.addAttribute("form", new CardForm(offer.summary(), offer.card()));
        model.addAttribute("html", cards.html(offer.card()));
        return "supply/card";
    }

    @PostMapping("/admin/models/{id}/card")
    String saveCard(
            @PathVariable UUID id,
            @ModelAttribute("form") CardForm form,
            BindingResult result,
            Model model,
            RedirectAttributes redirect) {
        OfferView offer = wizard.open(id, Step.CARD, model);
        String summary = form.summary() == null ? "" : form.summary().strip();
        String card = form.card() == null ? "" : form.card();
        try {
            offers.save(
                    id,
                    new OfferDraft(
                            offer.model(),
                            offer.title(),
                            offer.publisher(),
                            offer.task(),
                            summary,
                            card,
                            offer.licence(),
                            offer.contextTokens(),
                            offer.maxOutputTokens()));
        } catch (OfferRefused refused) {
            result.rejectValue(refused.field(), "refused", String.valueOf(refused.getMessage()));
            model.addAttribute("html", cards.html(card));
            return "supply/card";
        }
        redirect.addFlashAttribute("notice", "Card saved. Below is what customers will read.");
        return Wizard.to(id, Step.CARD);
    }

    @GetMapping("/admin/models/{id}/review")
    String review(@PathVariable UUID id, Model model) {
        OfferView offer = wizard.open(id, Step.REVIEW, model);
        PriceVersionView price = prices.at(id, clock.instant()).orElse(null);
        model.addAttribute("missing", offers.missing(offer));
        model.addAttribute("html", cards.html(offer.card()));
        model.addAttribute("price", price);
        model.addAttribute("example", price == null ? null : Example.of(offer.task(), price.list()));
        model.addAttribute("backends", backends.of(id));
        model.addAttribute("subscribers", subscribers.count(id));
        return "supply/review";
    }

    @PostMapping("/admin/models/{id}/publish")
    String publish(@PathVariable UUID id, Model model, RedirectAttributes redirect) {
        wizard.open(id, Step.REVIEW, model);
        switch (offers.publish(id)) {
            case Publication.Published(OfferView offer) ->
                redirect.addFlashAttribute("notice", offer.title() + " is live: customers can subscribe and call it.");
            case Publication.NotReady(List<String> missing) ->
                redirect.addFlashAttribute("problem", "It is not live yet. " + String.join(" ", missing));
        }
        return Wizard.to(id, Step.REVIEW);
    }

    @PostMapping("/admin/models/{id}/withdraw")
    String withdraw(@PathVariable UUID id, Model model, RedirectAttributes redirect) {
        OfferView offer = wizard.open(id, Step.REVIEW, model);
        offers.withdraw(id);
        redirect.addFlashAttribute("notice", offer.title() + " is withdrawn: calls to it are refused from now on.");
        return Wizard.to(id, Step.REVIEW);
    }

    private static Map<String, String> tasks() {
        Map<String, String> tasks = new LinkedHashMap<>();
        for (Task task : Task.values()) {
            tasks.put(task.name(), task.title());
        }
        return tasks;
    }
}
