package io.souk.catalog.web;

import io.souk.catalog.Availability;
import io.souk.catalog.CatalogProperties;
import io.souk.catalog.OfferSearch;
import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.catalog.PriceBook;
import io.souk.catalog.PriceVersionView;
import io.souk.catalog.Task;
import io.souk.kernel.TokenClass;
import io.souk.portal.Formats;
import io.souk.portal.HomeContributor;
import io.souk.portal.ModelCard;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Offers as lists show them: with the price in force and whether they answer. */
@Component
class ModelCards implements HomeContributor {
    private static final int ON_HOME = 12;

    private final Offers offers;
    private final PriceBook prices;
    private final Availability availability;
    private final Formats formats;
    private final CatalogProperties properties;
    private final Clock clock;

    ModelCards(
            Offers offers,
            PriceBook prices,
            Availability availability,
            Formats formats,
            CatalogProperties properties,
            Clock clock) {
        this.offers = offers;
        this.prices = prices;
        this.availability = availability;
        this.formats = formats;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public List<ModelCard> models() {
        List<OfferView> live = offers.live(OfferSearch.everything()).offers();
        return of(live.subList(0, Math.min(ON_HOME, live.size())));
    }

    /** Of a chat model that answers, if there is one: a stream shows best what a call is. */
    @Override
    public Map<String, String> samples() {
        List<OfferView> live = offers.live(OfferSearch.everything()).offers();
        Map<UUID, Availability.State> states =
                availability.of(live.stream().map(OfferView::id).toList());
        List<OfferView> answering = live.stream()
                .filter(offer -> states.get(offer.id()) != Availability.State.DOWN)
                .toList();
        return answering.stream()
                .filter(offer -> offer.task() == Task.CHAT)
                .findFirst()
                .or(() -> answering.stream().findFirst())
                .map(offer -> Samples.of(offer, properties.apiUrl().toString(), null))
                .orElse(Map.of());
    }

    List<ModelCard> of(List<OfferView> shown) {
        List<UUID> ids = shown.stream().map(OfferView::id).toList();
        Map<UUID, PriceVersionView> inForce = prices.at(ids, clock.instant());
        Map<UUID, Availability.State> states = availability.of(ids);
        return shown.stream()
                .map(offer -> new ModelCard(
                        offer.model(),
                        offer.title(),
                        offer.publisher(),
                        offer.task().title(),
                        offer.summary(),
                        states.get(offer.id()) != Availability.State.DOWN,
                        words(inForce.get(offer.id()))))
                .toList();
    }

    private Map<String, String> words(@Nullable PriceVersionView price) {
        Map<String, String> words = new LinkedHashMap<>();
        if (price != null) {
            Map<TokenClass, Long> micros = price.microsPerMillion();
            Long input = micros.get(TokenClass.INPUT);
            Long output = micros.get(TokenClass.OUTPUT);
            Long request = micros.get(TokenClass.REQUEST);
            if (input != null) {
                words.put(
                        output == null ? "per million tokens" : "per million in",
                        formats.pricePerMillion(input, price.currency()));
            }
            if (output != null) {
                words.put("per million out", formats.pricePerMillion(output, price.currency()));
            }
            if (request != null && request > 0) {
                words.put("per request", formats.priceForOne(request, price.currency()));
            }
        }
        return words;
    }
}
