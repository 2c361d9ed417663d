package io.souk.catalog;

import io.souk.kernel.Ids;
import io.souk.platform.Names;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The models on offer. They belong to the platform, so every tenant sees the same; only admins may change them. */
@Component
public class Offers {
    private static final Logger log = LoggerFactory.getLogger(Offers.class);
    private static final Pattern MODEL = Pattern.compile("[a-z0-9][a-z0-9._:/-]{0,99}");

    private final OfferRepository offers;
    private final OfferSearcher searcher;
    private final PriceBook prices;
    private final Clock clock;

    Offers(OfferRepository offers, OfferSearcher searcher, PriceBook prices, Clock clock) {
        this.offers = offers;
        this.searcher = searcher;
        this.prices = prices;
        this.clock = clock;
    }

    /** The offer in any state; empty if there never was one. */
    @Transactional(readOnly = true)
    public Optional<OfferView> find(UUID id) {
        return offers.findById(id).map(Offer::view);
    }

    /** These offers in any state; those that do not exist are left out. */
    @Transactional(readOnly = true)
    public List<OfferView> findAll(Collection<UUID> ids) {
        return offers.findAllByIdIn(ids).stream().map(Offer::view).toList();
    }

    /** The offer that callers name so, in any state. */
    @Transactional(readOnly = true)
    public Optional<OfferView> byModel(String model) {
        return offers.findByModel(model).map(Offer::view);
    }

    /** Every offer in every state, by title: for admins and for gateways. */
    @Transactional(readOnly = true)
    public List<OfferView> all() {
        return offers.findAllByOrderByTitle().stream().map(Offer::view).toList();
    }

    /** Live offers, one page of them. */
    @Transactional(readOnly = true)
    public OfferPage live(OfferSearch search) {
        return searcher.search(search);
    }

    /**
     * Live offers in the order of their models' names, for whoever reads all of them in pieces.
     *
     * @param after only models whose names come later than this; empty for the first ones
     * @param task only models that do this, null for all
     */
    @Transactional(readOnly = true)
    public List<OfferView> liveAfter(String after, @Nullable Task task, int most) {
        String live = OfferView.State.LIVE.label();
        List<Offer> found = task == null
                ? offers.findByStateAndModelGreaterThanOrderByModel(live, after, Limit.of(most))
                : offers.findByStateAndTaskAndModelGreaterThanOrderByModel(live, task.label(), after, Limit.of(most));
        return found.stream().map(Offer::view).toList();
    }

    /**
     * Begins an offer, as a draft.
     *
     * @throws OfferRefused if a part of the draft cannot be, as a model name that is taken
     */
    @Transactional
    public OfferView draft(OfferDraft draft) {
        UUID id = Ids.next();
        check(id, draft);
        return offers.saveAndFlush(new Offer(id, draft, clock.instant())).view();
    }

    /**
     * Writes an offer anew, in any state.
     *
     * @return the offer, or empty if there is none with this id
     * @throws OfferRefused if a part of the draft cannot be, as a new name for an offer that was live
     */
    @Transactional
    public Optional<OfferView> save(UUID id, OfferDraft draft) {
        check(id, draft);
        return offers.findById(id).map(offer -> {
            OfferView before = offer.view();
            if (before.wasEverLive() && !before.model().equals(draft.model())) {
                throw new OfferRefused(
                        "model",
                        "Customers already call this model by its name, so it stays \"" + before.model()
                                + "\". Publish another offer for another name.");
            }
            if (before.wasEverLive() && before.task() != draft.task()) {
                throw new OfferRefused(
                        "task",
                        "Customers already call this model, so what it does stays \""
                                + before.task().title() + "\".");
            }
            Instant now = clock.instant();
            offer.write(draft, now);
            if (before.task() != draft.task()) {
                offer.forgetTest(now);
            }
            return offers.saveAndFlush(offer).view();
        });
    }

    /** Notes that the backends of an offer are not those that were tested. */
    @Transactional
    public void forgetTest(UUID id) {
        offers.findById(id).ifPresent(offer -> {
            offer.forgetTest(clock.instant());
            offers.saveAndFlush(offer);
        });
    }

    /**
     * Notes that real calls to every backend of an offer succeeded.
     *
     * @param version of the offer when the test began
     * @return whether that is what the offer still was; otherwise the test counts for nothing
     */
    @Transactional
    public boolean markTested(UUID id, long version) {
        return offers.findById(id)
                .filter(offer -> offer.view().version() == version)
                .map(offer -> {
                    offer.tested(clock.instant());
                    offers.saveAndFlush(offer);
                    return true;
                })
                .orElse(false);
    }

    /** What still has to be done before an offer may be published, a sentence each; empty if it is ready. */
    @Transactional(readOnly = true)
    public List<String> missing(OfferView offer) {
        List<String> missing = new ArrayList<>();
        if (offer.summary().isBlank() || offer.card().isBlank()) {
            missing.add("Write the card: one line for the catalogue, and what the model does, for whom, and when not.");
        }
        Optional<PriceVersionView> price = prices.at(offer.id(), clock.instant());
        if (price.isEmpty()) {
            missing.add("Set a price that is in force now.");
        } else if (!price.get().currency().equals(prices.currency())) {
            missing.add("Set a price in " + prices.currency() + ": the one in force is in "
                    + price.get().currency() + ", in which nobody here can pay.");
        }
        if (offer.testedAt() == null) {
            missing.add("Run the live test: every backend has to answer a real call after its last change.");
        }
        return missing;
    }

    /**
     * Lets customers find, subscribe to and call the offer.
     *
     * @throws java.util.NoSuchElementException if there is no such offer
     */
    @Transactional
    public Publication publish(UUID id) {
        Offer offer = offers.findById(id).orElseThrow();
        OfferView view = offer.view();
        if (view.isLive()) {
            return new Publication.Published(view);
        }
        List<String> missing = missing(view);
        if (!missing.isEmpty()) {
            return new Publication.NotReady(missing);
        }
        offer.publish(clock.instant());
        log.info("offer {} ({}) is live", view.model(), id);
        return new Publication.Published(offers.saveAndFlush(offer).view());
    }

    /** Takes an offer off the market; gateways refuse its calls within a second. Does nothing unless it is live. */
    @Transactional
    public void withdraw(UUID id) {
        offers.findById(id).filter(offer -> offer.view().isLive()).ifPresent(offer -> {
            offer.withdraw(clock.instant());
            offers.saveAndFlush(offer);
            log.info("offer {} ({}) is withdrawn", offer.view().model(), id);
        });
    }

    private void check(UUID id, OfferDraft draft) {
        if (!MODEL.matcher(draft.model()).matches()) {
            throw new OfferRefused(
                    "model",
                    "A model's name has 1 to 100 lower-case letters, digits and . _ : / - and begins with a letter or "
                            + "a digit.");
        }
        if (draft.model().contains("//")
                || draft.model().endsWith("/")
                || draft.model().contains("/../")
                || draft.model().contains("/./")) {
            throw new OfferRefused("model", "A slash in a model's name stands between two words, as in maker/model.");
        }
        if (offers.existsByModelAndIdNot(draft.model(), id)) {
            throw new OfferRefused(
                    "model", "Another offer has the name \"" + draft.model() + "\" already. Choose another one.");
        }
        require("title", "title", draft.title(), 100);
        require("publisher", "publisher", draft.publisher(), 100);
        line("summary", "one line", draft.summary(), 200);
        line("licence", "licence", draft.licence(), 100);
        atMost("card", "card", draft.card(), 50_000);
        positive("contextTokens", draft.contextTokens());
        positive("maxOutputTokens", draft.maxOutputTokens());
    }

    private static void require(String field, String name, String value, int most) {
        if (value.isBlank()) {
            throw new OfferRefused(field, "The " + name + " is missing.");
        }
        line(field, name, value, most);
    }

    private static void line(String field, String name, String value, int most) {
        atMost(field, name, value, most);
        if (!Names.isPlain(value)) {
            throw new OfferRefused(
                    field,
                    "The " + name + " is one line of text, without control characters and signs that change the "
                            + "direction of writing. Type it anew rather than pasting it.");
        }
    }

    private static void atMost(String field, String name, String value, int most) {
        int length = Names.length(value);
        if (length > most) {
            throw new OfferRefused(field, "The " + name + " has " + length + " characters, " + most + " are the most.");
        }
    }

    private static void positive(String field, @Nullable Integer value) {
        if (value != null && value <= 0) {
            throw new OfferRefused(field, "A limit is above zero; leave it empty if there is none.");
        }
    }
}
