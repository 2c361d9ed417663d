package io.souk.local;

import io.souk.catalog.OfferDraft;
import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.catalog.PriceBook;
import io.souk.catalog.Publication;
import io.souk.catalog.Task;
import io.souk.kernel.TokenClass;
import io.souk.models.HouseModel;
import io.souk.models.HouseModels;
import io.souk.models.HouseModelsAddress;
import io.souk.supply.BackendDraft;
import io.souk.supply.BackendView;
import io.souk.supply.Backends;
import io.souk.supply.LiveTest;
import io.souk.supply.LiveTests;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Puts the house models on the market as any other model is put there: draft, price, backend, a real call, live. */
@Component
@ConditionalOnLocalMode
class HouseOffers {
    private static final String PUBLISHER = "House";
    private static final String BACKEND = "House models";

    /** An offer of a house model; prices are micro-units of the marketplace's currency per million. */
    private record HouseOffer(HouseModel model, String name, String title, Task task, Map<TokenClass, Long> prices) {}

    private static final List<HouseOffer> ALL = List.of(
            new HouseOffer(
                    HouseModels.EMBEDDINGS,
                    HouseModels.EMBEDDINGS.id(),
                    HouseModels.EMBEDDINGS.title(),
                    Task.EMBEDDINGS,
                    Map.of(TokenClass.INPUT, 20_000L)),
            new HouseOffer(
                    HouseModels.SUMMARISER,
                    HouseModels.SUMMARISER.id(),
                    HouseModels.SUMMARISER.title(),
                    Task.CHAT,
                    Map.of(TokenClass.INPUT, 100_000L, TokenClass.OUTPUT, 400_000L)),
            new HouseOffer(
                    HouseModels.SUMMARISER,
                    HouseModels.SUMMARISER.id() + "-per-request",
                    HouseModels.SUMMARISER.title() + ", per request",
                    Task.SUMMARIZATION,
                    Map.of(TokenClass.INPUT, 20_000L, TokenClass.OUTPUT, 0L, TokenClass.REQUEST, 200_000_000L)));

    private final Offers offers;
    private final PriceBook prices;
    private final Backends backends;
    private final HouseModelsAddress address;
    private final LiveTests liveTests;

    HouseOffers(Offers offers, PriceBook prices, Backends backends, HouseModelsAddress address, LiveTests liveTests) {
        this.offers = offers;
        this.prices = prices;
        this.backends = backends;
        this.address = address;
        this.liveTests = liveTests;
    }

    /** The offers that are live after it, made where they are missing. What an admin changed since stays changed. */
    List<OfferView> ensure() {
        return ALL.stream().map(this::ensure).filter(OfferView::isLive).toList();
    }

    private OfferView ensure(HouseOffer house) {
        OfferView offer = offers.byModel(house.name()).orElseGet(() -> offers.draft(draft(house)));
        ensureBackend(offer, house);
        if (offer.wasEverLive()) {
            return offer;
        }
        if (prices.versions(offer.id()).isEmpty()) {
            prices.newVersion(offer.id(), null, prices.currency(), house.prices(), null);
        }
        LiveTest test = liveTests.run(offer.id());
        if (!test.counted()) {
            throw new IllegalStateException("the house model " + house.name() + " did not pass its live test: " + test);
        }
        return switch (offers.publish(offer.id())) {
            case Publication.Published published -> published.offer();
            case Publication.NotReady notReady ->
                throw new IllegalStateException(
                        "the offer " + house.name() + " cannot go live: " + String.join(" ", notReady.missing()));
        };
    }

    /** The house models' port may be another one than at the last start. */
    private void ensureBackend(OfferView offer, HouseOffer house) {
        BackendDraft draft = BackendDraft.of(BACKEND, endpoint(), house.model().id(), null);
        List<BackendView> present = backends.of(offer.id());
        if (present.isEmpty()) {
            if (!offer.wasEverLive()) {
                backends.add(offer.id(), draft);
            }
            return;
        }
        UUID id = present.stream()
                .filter(backend ->
                        backend.name().equals(BACKEND) && !backend.baseUrl().equals(endpoint()))
                .map(BackendView::id)
                .findFirst()
                .orElse(null);
        if (id != null) {
            backends.save(id, draft);
        }
    }

    private URI endpoint() {
        return URI.create(address.origin() + "/v1");
    }

    private static OfferDraft draft(HouseOffer house) {
        HouseModel model = house.model();
        return new OfferDraft(
                house.name(),
                house.title(),
                PUBLISHER,
                house.task(),
                model.line(),
                model.card(),
                "Apache-2.0",
                model.contextTokens(),
                model.maxOutputTokens() == 0 ? null : model.maxOutputTokens());
    }
}
