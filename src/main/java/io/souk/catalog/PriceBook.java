package io.souk.catalog;

import io.souk.kernel.Ids;
import io.souk.kernel.TokenClass;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * What each offer costs, and from when. Versions follow each other in time; a version in force is never changed, a
 * correction is a new one.
 */
@Component
public class PriceBook {
    /** The dearest price there is: ten million units of currency per million. */
    public static final long MOST_MICROS = 10_000_000_000_000L;

    private final PriceVersionRepository versions;
    private final OfferRepository offers;
    private final CatalogProperties properties;
    private final MarketCurrency market;
    private final Clock clock;

    PriceBook(
            PriceVersionRepository versions,
            OfferRepository offers,
            CatalogProperties properties,
            MarketCurrency market,
            Clock clock) {
        this.versions = versions;
        this.offers = offers;
        this.properties = properties;
        this.market = market;
        this.clock = clock;
    }

    /** The one currency in which models are charged here, an ISO 4217 code. */
    public String currency() {
        return market.currency();
    }

    /** Every version of an offer's price, the one that starts first first. */
    @Transactional(readOnly = true)
    public List<PriceVersionView> versions(UUID offerId) {
        return versions.findAllByOfferIdOrderByStartsAtAscNumberAsc(offerId).stream()
                .map(PriceVersion::view)
                .toList();
    }

    /** The same for many offers; one without a price is left out. */
    @Transactional(readOnly = true)
    public Map<UUID, List<PriceVersionView>> versions(Collection<UUID> offerIds) {
        return versions.findAllByOfferIdInOrderByStartsAtAscNumberAsc(offerIds).stream()
                .map(PriceVersion::view)
                .collect(Collectors.groupingBy(PriceVersionView::offerId));
    }

    /** The version in force at that time; empty if none had started. */
    @Transactional(readOnly = true)
    public Optional<PriceVersionView> at(UUID offerId, Instant time) {
        return at(versions(offerId), time);
    }

    /** The versions in force at that time, by offer; an offer without one is left out. */
    @Transactional(readOnly = true)
    public Map<UUID, PriceVersionView> at(Collection<UUID> offerIds, Instant time) {
        Map<UUID, PriceVersionView> inForce = new HashMap<>();
        versions(offerIds).forEach((offer, all) -> at(all, time).ifPresent(version -> inForce.put(offer, version)));
        return inForce;
    }

    private static Optional<PriceVersionView> at(List<PriceVersionView> ordered, Instant time) {
        return ordered.stream()
                .filter(version -> !version.startsAt().isAfter(time))
                .reduce((earlier, later) -> later);
    }

    /**
     * How long a new price of an offer that customers may be calling is known before it starts. A gateway that is cut off
     * serves from what it knows for less than that, so that each one charges the new price from its first moment.
     */
    public Duration notice() {
        return properties.priceNotice();
    }

    /** When a new version of this offer's price could start at the earliest. */
    @Transactional(readOnly = true)
    public Instant earliestStart(UUID offerId) {
        Offer offer = offers.findById(offerId).orElseThrow();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return offer.view().wasEverLive() ? now.plus(notice()) : now;
    }

    /**
     * When a new version would start that is asked for with this start; nothing is changed.
     *
     * @param startsAt null for as soon as possible
     * @throws OfferRefused if none could start then
     */
    @Transactional(readOnly = true)
    public Instant start(UUID offerId, @Nullable Instant startsAt) {
        List<PriceVersionView> before = versions(offerId);
        boolean published = offers.findById(offerId).orElseThrow().view().wasEverLive();
        Instant earliest = earliestStart(offerId);
        Instant start = startsAt == null ? earliest : startsAt.truncatedTo(ChronoUnit.MICROS);
        if (start.isBefore(earliest)) {
            throw new OfferRefused(
                    "startsAt",
                    published
                            ? "A price of a published model starts at least " + notice().toSeconds()
                                    + " seconds from now, so that every gateway charges it from its first moment."
                            : "A price starts now or later. Leave the start empty for now.");
        }
        if (!before.isEmpty() && !start.isAfter(before.getLast().startsAt())) {
            throw new OfferRefused(
                    "startsAt",
                    "Version " + before.getLast().number() + " starts at "
                            + before.getLast().startsAt() + ". A new one has to start later than that.");
        }
        return start;
    }

    /**
     * Adds a version to an offer's price.
     *
     * @param startsAt at least {@link #notice} ahead for an offer that was ever live, and after the last version's start;
     *     null for as soon as possible
     * @param currency the marketplace's, as {@link #currency} says
     * @param microsPerMillion micro-units of currency per million, 0 to {@link #MOST_MICROS}; at least one class
     * @param by the admin, null for the program itself
     * @throws OfferRefused if one of these does not hold
     */
    @Transactional
    public PriceVersionView newVersion(
            UUID offerId,
            @Nullable Instant startsAt,
            String currency,
            Map<TokenClass, Long> microsPerMillion,
            @Nullable UUID by) {
        List<PriceVersionView> before = versions(offerId);
        Instant start = start(offerId, startsAt);
        requireCurrency(currency);
        check(microsPerMillion);
        int number = before.stream().mapToInt(PriceVersionView::number).max().orElse(0) + 1;
        return versions.saveAndFlush(new PriceVersion(
                        Ids.next(),
                        offerId,
                        number,
                        currency,
                        start,
                        new EnumMap<>(microsPerMillion),
                        clock.instant(),
                        by))
                .view();
    }

    /** @throws OfferRefused if nothing can be charged in it here, for wallets hold the marketplace's currency only */
    public void requireCurrency(String currency) {
        if (!currency.equals(market.currency())) {
            throw new OfferRefused(
                    "currency",
                    "This marketplace charges in " + market.currency() + " only, so no price can be in \"" + currency
                            + "\".");
        }
    }

    private static void check(Map<TokenClass, Long> microsPerMillion) {
        if (microsPerMillion.isEmpty()) {
            throw new OfferRefused("prices", "Set a price for at least one class; 0 makes it free.");
        }
        microsPerMillion.forEach((tokenClass, micros) -> {
            if (micros < 0 || micros > MOST_MICROS) {
                throw new OfferRefused(
                        "prices",
                        "The price of " + tokenClass.label() + " is not between 0 and " + MOST_MICROS / 1_000_000
                                + " per million.");
            }
        });
    }
}
