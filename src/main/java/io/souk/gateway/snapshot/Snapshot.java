package io.souk.gateway.snapshot;

import io.souk.kernel.PriceList;
import io.souk.kernel.TenantId;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keys, offers, subscriptions, limits, budgets and what pays for calls, as they were at one moment. A call reads one snapshot from its
 * start to its end, so that it sees one world.
 */
public final class Snapshot {
    public static final Snapshot EMPTY = new Snapshot(
            Shards.empty(),
            Shards.empty(),
            Shards.empty(),
            Shards.empty(),
            Shards.empty(),
            Shards.empty(),
            Shards.empty());

    private final Shards<String, Key> keysByHash;
    private final Shards<String, Offer> offersByModel;
    private final Shards<UUID, String> modelsByOffer;
    private final Shards<Subscriber, UUID> subscriptions;
    private final Shards<TenantId, Funding> funding;
    private final Shards<UUID, Limit> limits;
    private final Shards<UUID, List<Budget>> budgets;

    private Snapshot(
            Shards<String, Key> keysByHash,
            Shards<String, Offer> offersByModel,
            Shards<UUID, String> modelsByOffer,
            Shards<Subscriber, UUID> subscriptions,
            Shards<TenantId, Funding> funding,
            Shards<UUID, Limit> limits,
            Shards<UUID, List<Budget>> budgets) {
        this.keysByHash = keysByHash;
        this.offersByModel = offersByModel;
        this.modelsByOffer = modelsByOffer;
        this.subscriptions = subscriptions;
        this.funding = funding;
        this.limits = limits;
        this.budgets = budgets;
    }

    /** @param hash SHA-256 of the key in hexadecimal; @param revoked whether it was revoked by its owner */
    public record Key(
            UUID id,
            TenantId tenant,
            UUID projectId,
            String hash,
            @Nullable Instant expiresAt,
            boolean revoked) {}

    /** What an offer's model is called with. */
    public enum Task {
        CHAT,
        EMBEDDINGS
    }

    /**
     * @param live whether it may be called; a withdrawn offer is known and refused
     * @param prices by start, the latest first
     * @param backends by priority
     */
    public record Offer(
            UUID id,
            String model,
            String publisher,
            Instant createdAt,
            Task task,
            boolean live,
            @Nullable Integer contextTokens,
            @Nullable Integer maxOutputTokens,
            List<Price> prices,
            List<Backend> backends) {
        /** The price in force at this moment, or null before the first one starts. */
        public @Nullable Price priceAt(Instant moment) {
            for (Price price : prices) {
                if (!price.startsAt.isAfter(moment)) {
                    return price;
                }
            }
            return null;
        }
    }

    public record Price(UUID versionId, Instant startsAt, PriceList list) {}

    /**
     * The credential does not show in {@link #toString}.
     *
     * @param address where it stands, looked up and allowed; null if it could not be or was not
     * @param maxCalls the most calls at once that each gateway may send it, null for the gateway's own number
     */
    public record Backend(
            UUID id,
            URI baseUrl,
            @Nullable InetSocketAddress address,
            String dialect,
            String upstreamModel,
            @Nullable String credential,
            int priority,
            int weight,
            boolean up,
            @Nullable Integer maxCalls) {
        @Override
        public String toString() {
            return "Backend[" + id + " " + baseUrl + "]";
        }
    }

    /** @param counters in the order in which they are spent */
    public record Funding(TenantId tenant, String currency, List<UUID> counters) {}

    /** Whom a limit or a budget is for. */
    public enum Scope {
        KEY,
        PROJECT,
        ORGANISATION,
        /** One organisation's use of one model. */
        MODEL
    }

    /**
     * What a subject may ask for in a minute and at once; zero where there is no limit.
     *
     * @param subject the key, the project, the organisation or the offer
     */
    public record Limit(Scope scope, UUID subject, long requestsPerMinute, long tokensPerMinute, int concurrentCalls) {}

    /** How often a budget starts anew. */
    public enum Period {
        DAY,
        MONTH,
        /** Never. */
        TOTAL
    }

    /**
     * What a subject may spend and not exceed.
     *
     * @param amountNanos in 1e-9 of the currency, for the message; the counter is what holds
     * @param windows those that have a counter, the present one and the next as a rule
     */
    public record Budget(
            UUID id,
            Scope scope,
            UUID subject,
            Period period,
            long amountNanos,
            String currency,
            List<Window> windows) {
        /** The window that this moment is in, or null if it has no counter. */
        public @Nullable Window windowAt(Instant moment) {
            for (Window window : windows) {
                if (!window.start.isAfter(moment) && (window.end == null || window.end.isAfter(moment))) {
                    return window;
                }
            }
            return null;
        }
    }

    /** @param end when it is over, exclusive; null for never */
    public record Window(
            UUID counter, Instant start, @Nullable Instant end) {}

    private record Subscriber(TenantId tenant, UUID offer) {}

    public @Nullable Key key(String hash) {
        return keysByHash.get(hash);
    }

    public @Nullable Offer offer(String model) {
        return offersByModel.get(model);
    }

    /** The active subscription of this organisation to this offer, or null. */
    public @Nullable UUID subscription(TenantId tenant, UUID offer) {
        return subscriptions.get(new Subscriber(tenant, offer));
    }

    public @Nullable Funding funding(TenantId tenant) {
        return funding.get(tenant);
    }

    /** The limit of this key, project, organisation or offer, or null. */
    public @Nullable Limit limit(UUID subject) {
        return limits.get(subject);
    }

    /** The budgets that this key, project or organisation must not exceed. */
    public List<Budget> budgets(UUID subject) {
        List<Budget> found = budgets.get(subject);
        return found == null ? List.of() : found;
    }

    /** The live offers that this organisation subscribes to, by name. */
    public List<Offer> offersOf(TenantId tenant) {
        List<Offer> subscribed = new ArrayList<>();
        offersByModel.forEach(offer -> {
            if (offer.live && subscription(tenant, offer.id) != null) {
                subscribed.add(offer);
            }
        });
        subscribed.sort(Comparator.comparing(Offer::model));
        return subscribed;
    }

    /** Every offer it knows. */
    public void forEachOffer(Consumer<Offer> visitor) {
        offersByModel.forEach(visitor);
    }

    /** How many keys it knows. */
    public int keys() {
        return keysByHash.size();
    }

    /** A change being put together; {@link #apply} gives the next snapshot. */
    public static final class Changes {
        private final List<Key> keys = new ArrayList<>();
        private final Map<UUID, Optional<Offer>> offers = new HashMap<>();
        private final Map<Subscriber, Optional<UUID>> subscriptions = new HashMap<>();
        private final Map<TenantId, Optional<Funding>> funding = new HashMap<>();
        private final Map<UUID, Optional<Limit>> limits = new HashMap<>();
        private final Map<UUID, Optional<List<Budget>>> budgets = new HashMap<>();

        public Changes key(Key key) {
            keys.add(key);
            return this;
        }

        public Changes offer(Offer offer) {
            offers.put(offer.id, Optional.of(offer));
            return this;
        }

        public Changes noOffer(UUID id) {
            offers.put(id, Optional.empty());
            return this;
        }

        public Changes subscription(TenantId tenant, UUID offer, Optional<UUID> active) {
            subscriptions.put(new Subscriber(tenant, offer), active);
            return this;
        }

        public Changes funding(Funding entry) {
            funding.put(entry.tenant, Optional.of(entry));
            return this;
        }

        public Changes limit(Limit limit) {
            limits.put(limit.subject, Optional.of(limit));
            return this;
        }

        public Changes noLimit(UUID subject) {
            limits.put(subject, Optional.empty());
            return this;
        }

        /** @param all every budget of this subject that must not be exceeded; empty for none */
        public Changes budgets(UUID subject, List<Budget> all) {
            budgets.put(subject, all.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(all)));
            return this;
        }

        /** {@code before} with these changes. */
        public Snapshot apply(Snapshot before) {
            Map<String, Optional<Key>> byHash = new HashMap<>();
            for (Key key : keys) {
                byHash.put(key.hash, Optional.of(key));
            }
            Map<String, Optional<Offer>> byModel = new HashMap<>();
            Map<UUID, Optional<String>> models = new HashMap<>();
            offers.forEach((id, offer) -> {
                String former = before.modelsByOffer.get(id);
                if (former != null) {
                    byModel.put(former, Optional.empty());
                }
                models.put(id, offer.map(Offer::model));
            });
            offers.values().forEach(offer -> offer.ifPresent(present -> byModel.put(present.model, offer)));
            return new Snapshot(
                    before.keysByHash.with(byHash),
                    before.offersByModel.with(byModel),
                    before.modelsByOffer.with(models),
                    before.subscriptions.with(subscriptions),
                    before.funding.with(funding),
                    before.limits.with(limits),
                    before.budgets.with(budgets));
        }
    }
}
