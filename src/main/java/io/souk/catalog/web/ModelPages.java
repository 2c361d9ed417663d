package io.souk.catalog.web;

import io.souk.catalog.Availability;
import io.souk.catalog.Cards;
import io.souk.catalog.CatalogProperties;
import io.souk.catalog.Example;
import io.souk.catalog.KeyMaker;
import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.catalog.PriceBook;
import io.souk.catalog.PriceVersionView;
import io.souk.catalog.Subscribers;
import io.souk.catalog.TryIt;
import io.souk.identity.SentForms;
import io.souk.kernel.TokenClass;
import io.souk.platform.Names;
import io.souk.platform.RefusedForms;
import io.souk.tenancy.CurrentMember;
import io.souk.tenancy.access.Anyone;
import io.souk.tenancy.access.DeveloperRole;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * A model's page: what it does, what it costs, how it is called, and a try. A model's name may hold slashes, so what is
 * done on the page has addresses of its own.
 */
@Controller
class ModelPages {
    private final Offers offers;
    private final PriceBook prices;
    private final Availability availability;
    private final Subscribers subscribers;
    private final ObjectProvider<TryIt> tries;
    private final ObjectProvider<KeyMaker> keys;
    private final SentForms sent;
    private final Cards cards;
    private final CatalogProperties properties;
    private final Clock clock;

    ModelPages(
            Offers offers,
            PriceBook prices,
            Availability availability,
            Subscribers subscribers,
            ObjectProvider<TryIt> tries,
            ObjectProvider<KeyMaker> keys,
            SentForms sent,
            Cards cards,
            CatalogProperties properties,
            Clock clock) {
        this.offers = offers;
        this.prices = prices;
        this.availability = availability;
        this.subscribers = subscribers;
        this.tries = tries;
        this.keys = keys;
        this.sent = sent;
        this.cards = cards;
        this.properties = properties;
        this.clock = clock;
    }

    /** What the reader may do here. */
    enum Reader {
        VISITOR,
        /** A member whose role does not reach to subscriptions. */
        ONLOOKER,
        DEVELOPER,
        SUBSCRIBER
    }

    /** One answer of the form for trying, as the page shows it. */
    record Tried(
            String input,
            TryIt.@Nullable Answer answer,
            @Nullable String problem) {
        /** What the call used, without the classes that it did not use. */
        public List<TokenClass> classes() {
            TryIt.Answer given = answer;
            return given == null
                    ? List.of()
                    : List.of(TokenClass.values()).stream()
                            .filter(tokenClass -> given.tokens().get(tokenClass) > 0)
                            .toList();
        }
    }

    @Anyone
    @GetMapping("/models/{*name}")
    String model(@PathVariable String name, @Nullable CurrentMember member, Model model) {
        OfferView offer = visible(offers.byModel(name.substring(1)));
        fill(offer, member, model);
        return "catalog/model";
    }

    /** Calls the model once, for the reader's own money. */
    @DeveloperRole
    @PostMapping("/try")
    String tryIt(
            @RequestParam UUID offer,
            @RequestParam(defaultValue = "") String input,
            @RequestParam(required = false) @Nullable UUID sending,
            @RequestHeader(name = "HX-Request", defaultValue = "") String htmx,
            CurrentMember member,
            Model model) {
        OfferView view = visible(offers.find(offer));
        problem(view, input)
                .ifPresentOrElse(
                        problem -> RefusedForms.tell(model, "tried", new Tried(input, null, problem)),
                        () -> model.addAttribute("tried", tried(view, input, member, sending)));
        if (htmx.equals("true")) {
            return "catalog/model :: tried";
        }
        fill(view, member, model);
        return "catalog/model";
    }

    /** Why the form cannot be taken. */
    private Optional<String> problem(OfferView offer, String input) {
        if (input.isBlank()) {
            return Optional.of("Write something for the model first.");
        }
        if (input.length() > TryIt.MOST_CHARACTERS) {
            return Optional.of("This is longer than " + TryIt.MOST_CHARACTERS + " characters, the most that can be "
                    + "tried here. Call the model by its API for longer texts.");
        }
        return subscribers.isSubscribed(offer.id())
                ? Optional.empty()
                : Optional.of("Your organisation is not subscribed to this model. Subscribe first.");
    }

    private Tried tried(OfferView offer, String input, CurrentMember member, @Nullable UUID sending) {
        TryIt tryIt = tries.getIfAvailable();
        if (tryIt == null) {
            return new Tried(input, null, "Models cannot be tried here, for this process of Souk calls none.");
        }
        if (!sent.first(member.accountId(), sending)) {
            return new Tried(
                    input,
                    null,
                    "This was sent before and ran then, once. Its answer is kept nowhere; what it cost is among your "
                            + "usage. Run it again for another answer.");
        }
        return switch (tryIt.call(offer, input)) {
            case TryIt.Answer answer -> new Tried(input, answer, null);
            case TryIt.Refused(String message) -> new Tried(input, null, message);
        };
    }

    /** Makes a key and shows the samples with it, once. */
    @DeveloperRole
    @PostMapping("/sample-key")
    String key(
            @RequestParam UUID offer,
            @RequestParam(required = false) @Nullable UUID sending,
            CurrentMember member,
            RedirectAttributes redirect) {
        OfferView view = visible(offers.find(offer));
        KeyMaker maker = keys.getIfAvailable();
        String name = Names.shortened("Samples of " + view.title(), Names.MOST);
        boolean again = maker != null
                && switch (sent.once(
                        member.accountId(), sending, () -> Optional.of(maker.make(name, member.accountId())))) {
                    case SentForms.Done<String>(String key) -> {
                        redirect.addFlashAttribute("sampleKey", key);
                        yield false;
                    }
                    case SentForms.Again<String> _, SentForms.Refused<String> _ -> true;
                };
        return "redirect:/models/" + view.model() + (again ? "?again#call" : "#call");
    }

    private static OfferView visible(Optional<OfferView> offer) {
        return offer.filter(found -> found.state() != OfferView.State.DRAFT)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }

    private void fill(OfferView offer, @Nullable CurrentMember member, Model model) {
        Instant now = clock.instant();
        Optional<PriceVersionView> price = prices.at(offer.id(), now);
        Reader reader = reader(offer, member);
        model.addAttribute("offer", offer);
        model.addAttribute("html", cards.html(offer.card()));
        model.addAttribute("state", availability.of(List.of(offer.id())).get(offer.id()));
        model.addAttribute("price", price.orElse(null));
        model.addAttribute(
                "nextPrice",
                prices.versions(offer.id()).stream()
                        .filter(version -> version.startsAt().isAfter(now))
                        .findFirst()
                        .orElse(null));
        model.addAttribute(
                "example",
                price.map(version -> Example.of(offer.task(), version.list())).orElse(null));
        model.addAttribute("reader", reader.name());
        model.addAttribute("canTry", reader == Reader.SUBSCRIBER && offer.isLive() && tries.getIfAvailable() != null);
        model.addAttribute("hasTryIt", tries.getIfAvailable() != null);
        model.addAttribute("canMakeKey", reader == Reader.SUBSCRIBER && keys.getIfAvailable() != null);
        model.addAttribute("apiUrl", properties.apiUrl());
        String key = model.getAttribute("sampleKey") instanceof String given ? given : null;
        model.addAttribute("samples", Samples.of(offer, properties.apiUrl().toString(), key));
        model.addAttribute("suggestion", Samples.text(offer));
        model.addAttribute("mostCharacters", TryIt.MOST_CHARACTERS);
        if (!model.containsAttribute("tried")) {
            model.addAttribute("tried", null);
        }
    }

    private Reader reader(OfferView offer, @Nullable CurrentMember member) {
        if (member == null) {
            return Reader.VISITOR;
        }
        if (subscribers.isSubscribed(offer.id())) {
            return member.isDeveloper() ? Reader.SUBSCRIBER : Reader.ONLOOKER;
        }
        return member.isDeveloper() ? Reader.DEVELOPER : Reader.ONLOOKER;
    }
}
