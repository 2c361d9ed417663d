package io.souk.supply.web;

import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.catalog.PriceBook;
import io.souk.supply.Backends;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;
import org.springframework.web.server.ResponseStatusException;

/** What every step of the wizard shows: the offer, and which steps are done. */
@Component
class Wizard {
    private final Offers offers;
    private final PriceBook prices;
    private final Backends backends;
    private final Clock clock;

    Wizard(Offers offers, PriceBook prices, Backends backends, Clock clock) {
        this.offers = offers;
        this.prices = prices;
        this.backends = backends;
        this.clock = clock;
    }

    /** Fills the model for a step; an unknown offer is a 404. */
    OfferView open(UUID id, Step step, Model model) {
        OfferView offer = offers.find(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        model.addAttribute("offer", offer);
        model.addAttribute("step", step);
        model.addAttribute("steps", Step.values());
        model.addAttribute("done", done(offer));
        return offer;
    }

    /** The address of a step. */
    static String to(UUID offer, Step step) {
        return "redirect:/admin/models/" + offer + "/" + step.path();
    }

    private Set<Step> done(OfferView offer) {
        Set<Step> done = EnumSet.of(Step.TASK);
        if (!offer.summary().isBlank() && !offer.card().isBlank()) {
            done.add(Step.CARD);
        }
        if (prices.at(offer.id(), clock.instant()).isPresent()) {
            done.add(Step.PRICE);
        }
        if (backends.of(offer.id()).stream().anyMatch(backend -> backend.enabled())) {
            done.add(Step.BACKENDS);
        }
        if (offer.testedAt() != null) {
            done.add(Step.TEST);
        }
        if (offer.isLive()) {
            done.add(Step.REVIEW);
        }
        return done;
    }
}
