package io.souk.subscriptions.web;

import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.subscriptions.Subscribing;
import io.souk.subscriptions.SubscriptionView;
import io.souk.subscriptions.Subscriptions;
import io.souk.tenancy.CurrentMember;
import io.souk.tenancy.access.DeveloperRole;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Both lead back to the model's page, which shows the state. */
@Controller
class SubscriptionPages {
    private final Subscriptions subscriptions;
    private final Offers offers;

    SubscriptionPages(Subscriptions subscriptions, Offers offers) {
        this.subscriptions = subscriptions;
        this.offers = offers;
    }

    @DeveloperRole
    @PostMapping("/subscriptions")
    String subscribe(@RequestParam UUID offer, CurrentMember member, RedirectAttributes redirect) {
        switch (subscriptions.subscribe(offer, member.accountId())) {
            case Subscribing.Subscribed _ ->
                redirect.addFlashAttribute(
                        "notice", "Your organisation is subscribed. Every key of yours may call this model.");
            case Subscribing.Withdrawn(String title) ->
                redirect.addFlashAttribute(
                        "problem", title + " was withdrawn and takes no more subscriptions. Choose another model.");
            case Subscribing.UnknownOffer _ -> throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        return page(offer);
    }

    /** Ends the organisation's active subscription to an offer; harmless when there is none any more. */
    @DeveloperRole
    @PostMapping("/subscriptions/{offer}/end")
    String end(@PathVariable UUID offer, CurrentMember member, RedirectAttributes redirect) {
        boolean had = subscriptions.list().stream()
                .anyMatch(subscription -> subscription.offerId().equals(offer));
        if (!had) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        subscriptions
                .active(offer)
                .map(SubscriptionView::id)
                .ifPresent(id -> subscriptions.end(id, member.accountId()));
        redirect.addFlashAttribute(
                "notice", "The subscription has ended. Calls to this model are refused from now on.");
        return page(offer);
    }

    private String page(UUID offer) {
        return "redirect:/models/" + offers.find(offer).map(OfferView::model).orElseThrow();
    }
}
