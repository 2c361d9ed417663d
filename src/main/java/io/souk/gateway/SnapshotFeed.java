package io.souk.gateway;

import io.souk.access.BudgetRoute;
import io.souk.access.BudgetRoutes;
import io.souk.access.KeyRoute;
import io.souk.access.KeyRoutes;
import io.souk.access.LimitRoute;
import io.souk.access.LimitRoutes;
import io.souk.access.Scope;
import io.souk.billing.FundingRoute;
import io.souk.billing.FundingRoutes;
import io.souk.catalog.OfferRoute;
import io.souk.catalog.OfferRoutes;
import io.souk.gateway.snapshot.Snapshot;
import io.souk.platform.ChangeLog;
import io.souk.subscriptions.SubscriptionRoute;
import io.souk.subscriptions.SubscriptionRoutes;
import io.souk.supply.BackendRoute;
import io.souk.supply.BackendRoutes;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the snapshot: reads everything once, then looks at the change log every half second and reads anew what changed.
 * A call that is about to be refused for something that may have changed just now can ask for a look at once.
 */
class SnapshotFeed implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SnapshotFeed.class);
    private static final long LOOK_EVERY_NANOS = Duration.ofMillis(500).toNanos();
    /** Between two looks that calls asked for; bounds what refused calls can cost PostgreSQL. */
    private static final long LOOK_AT_MOST_EVERY_NANOS = Duration.ofMillis(20).toNanos();

    private static final long RESOLVE_EVERY_NANOS = Duration.ofSeconds(30).toNanos();
    private static final int WAITING = 1_000;
    private static final Duration LISTEN = Duration.ofSeconds(1);
    private static final long LISTEN_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final ChangeLog changeLog;
    private final KeyRoutes keys;
    private final OfferRoutes offers;
    private final BackendRoutes backends;
    private final SubscriptionRoutes subscriptions;
    private final FundingRoutes funding;
    private final LimitRoutes limits;
    private final BudgetRoutes budgets;
    private final BackendAddresses addresses;
    private final long maxAgeNanos;
    private final DatabaseClock clock;
    private final Thread looker;
    private final Thread bell;
    private volatile boolean rung;
    private volatile CounterNews counters = new CounterNews() {
        @Override
        public void recalled(UUID counterId) {}

        @Override
        public void raised(UUID counterId) {}
    };

    private final Object waitingLock = new Object();
    private List<Runnable> waiting = new ArrayList<>();

    private volatile Snapshot snapshot = Snapshot.EMPTY;
    private volatile long freshAt;
    private volatile boolean loaded;
    private volatile boolean stopped;
    private ChangeLog.@Nullable Reader reader;
    private long resolvedAt;

    SnapshotFeed(
            ChangeLog changeLog,
            KeyRoutes keys,
            OfferRoutes offers,
            BackendRoutes backends,
            SubscriptionRoutes subscriptions,
            FundingRoutes funding,
            LimitRoutes limits,
            BudgetRoutes budgets,
            BackendAddresses addresses,
            Duration maxAge,
            DatabaseClock clock) {
        this.changeLog = changeLog;
        this.keys = keys;
        this.offers = offers;
        this.backends = backends;
        this.subscriptions = subscriptions;
        this.funding = funding;
        this.limits = limits;
        this.budgets = budgets;
        this.addresses = addresses;
        this.maxAgeNanos = maxAge.toNanos();
        this.clock = clock;
        this.bell = Thread.ofPlatform().daemon().name("change-bell").unstarted(this::listenUntilStopped);
        this.looker = Thread.ofPlatform().daemon().name("snapshot").unstarted(this::lookUntilStopped);
    }

    /** Hears what the change log says of counters; on the thread that reads the log, so it must not wait. */
    interface CounterNews {
        /** Someone is short of this counter's credit, and others have some on lease. */
        void recalled(UUID counterId);

        /** The counter's limit changed. */
        void raised(UUID counterId);
    }

    /** To be told of counters from now on. */
    void tell(CounterNews news) {
        counters = news;
    }

    /** Reads everything, then goes on looking in the background. */
    void start() {
        loadAll();
        looker.start();
        bell.start();
    }

    Snapshot snapshot() {
        return snapshot;
    }

    /** Whether the snapshot is young enough to obey: a gateway that is cut off refuses all calls after its maximum age. */
    boolean isFresh() {
        return loaded && System.nanoTime() - freshAt < maxAgeNanos;
    }

    /**
     * Runs {@code then} after a look that begins later than now.
     *
     * @return false if too many wait already; then it will not run
     */
    boolean afterNextLook(Runnable then) {
        synchronized (waitingLock) {
            if (waiting.size() >= WAITING || stopped) {
                return false;
            }
            waiting.add(then);
        }
        LockSupport.unpark(looker);
        return true;
    }

    private void lookUntilStopped() {
        while (!stopped) {
            long begin = System.nanoTime();
            List<Runnable> asked;
            rung = false;
            synchronized (waitingLock) {
                asked = waiting;
                waiting = new ArrayList<>();
            }
            try {
                look();
            } catch (RuntimeException away) {
                log.warn("the change log cannot be read, the snapshot stays as it is: {}", away.getMessage());
            }
            asked.forEach(Runnable::run);
            long rested = System.nanoTime() - begin;
            if (rested < LOOK_AT_MOST_EVERY_NANOS) {
                LockSupport.parkNanos(LOOK_AT_MOST_EVERY_NANOS - rested);
            }
            pause(begin);
        }
    }

    /** The bell only wakes the looker early: without it changes are seen by looking every half second. */
    private void listenUntilStopped() {
        boolean troubled = false;
        while (!stopped) {
            try (ChangeLog.Bell listening = changeLog.bell()) {
                troubled = false;
                wake();
                while (!stopped) {
                    if (listening.await(LISTEN)) {
                        wake();
                    }
                }
            } catch (SQLException away) {
                if (!troubled && !stopped) {
                    log.warn("changes are not announced for now, only looked for: {}", away.getMessage());
                }
                troubled = true;
                LockSupport.parkNanos(LISTEN_AGAIN_NANOS);
            }
        }
    }

    private void wake() {
        rung = true;
        LockSupport.unpark(looker);
    }

    private void pause(long begin) {
        while (!stopped && !rung) {
            synchronized (waitingLock) {
                if (!waiting.isEmpty()) {
                    return;
                }
            }
            long left = LOOK_EVERY_NANOS - (System.nanoTime() - begin);
            if (left <= 0) {
                return;
            }
            LockSupport.parkNanos(left);
        }
    }

    private void look() {
        ChangeLog.Reader current = reader;
        if (current == null) {
            loadAll();
            return;
        }
        long begin = System.nanoTime();
        Instant asked = clock.local();
        try {
            List<ChangeLog.Change> changes = current.next();
            clock.observe(asked, current.readAt(), clock.local());
            apply(changes);
            if (begin - resolvedAt > RESOLVE_EVERY_NANOS) {
                resolveAgain();
                resolvedAt = begin;
            }
        } catch (RuntimeException lost) {
            // what this look had already taken from the log would be missed: begin anew
            reader = null;
            throw lost;
        }
        freshAt = begin;
    }

    private void loadAll() {
        long begin = System.nanoTime();
        ChangeLog.Reader fresh = changeLog.reader();
        Snapshot.Changes changes = new Snapshot.Changes();
        keys.all().forEach(key -> changes.key(key(key)));
        List<OfferRoute> live = offers.all();
        addOffers(changes, live);
        subscriptions.all().forEach(route -> changes.subscription(route.tenant(), route.offerId(), active(route)));
        funding.all().forEach(route -> changes.funding(funding(route)));
        limits.all().forEach(route -> changes.limit(limit(route)));
        addBudgets(changes, budgets.all());
        snapshot = changes.apply(Snapshot.EMPTY);
        reader = fresh;
        resolvedAt = begin;
        freshAt = begin;
        loaded = true;
        log.debug("read {} keys and {} offers", snapshot.keys(), live.size());
    }

    private void apply(List<ChangeLog.Change> log) {
        if (log.isEmpty()) {
            return;
        }
        Map<String, Set<UUID>> byKind = new HashMap<>();
        log.forEach(change ->
                byKind.computeIfAbsent(change.kind(), kind -> new HashSet<>()).add(change.id()));
        Snapshot.Changes changes = new Snapshot.Changes();
        byKind.forEach((kind, ids) -> {
            switch (kind) {
                case "key" -> keys.findAll(ids).forEach(key -> changes.key(key(key)));
                case "offer" -> reloadOffers(changes, ids);
                case "subscription" ->
                    subscriptions
                            .findAll(ids)
                            .forEach(route -> changes.subscription(route.tenant(), route.offerId(), active(route)));
                case "account" -> funding.findAll(ids).forEach(route -> changes.funding(funding(route)));
                case "recall" -> ids.forEach(counters::recalled);
                case "counter" -> ids.forEach(counters::raised);
                case "limit" -> {
                    ids.forEach(changes::noLimit);
                    limits.findAll(ids).forEach(route -> changes.limit(limit(route)));
                }
                case "budget" -> {
                    ids.forEach(subject -> changes.budgets(subject, List.of()));
                    addBudgets(changes, budgets.findAll(ids));
                }
                default -> {
                    // a change that gateways need not know of
                }
            }
        });
        snapshot = changes.apply(snapshot);
    }

    private void reloadOffers(Snapshot.Changes changes, Collection<UUID> ids) {
        ids.forEach(changes::noOffer);
        addOffers(changes, offers.findAll(ids));
    }

    private void addOffers(Snapshot.Changes changes, List<OfferRoute> routes) {
        Map<UUID, List<Snapshot.Backend>> byOffer = new HashMap<>();
        for (BackendRoute backend :
                backends.of(routes.stream().map(OfferRoute::id).toList())) {
            byOffer.computeIfAbsent(backend.offerId(), id -> new ArrayList<>()).add(backend(backend));
        }
        routes.forEach(offer -> changes.offer(offer(offer, byOffer.getOrDefault(offer.id(), List.of()))));
    }

    /** A backend's name may stand for another address by now; an address that changed is checked like a new one. */
    private void resolveAgain() {
        List<UUID> named = new ArrayList<>();
        snapshot.forEachOffer(offer -> {
            if (offer.backends().stream().anyMatch(backend -> addresses.mayMove(backend.baseUrl()))) {
                named.add(offer.id());
            }
        });
        if (!named.isEmpty()) {
            Snapshot.Changes changes = new Snapshot.Changes();
            reloadOffers(changes, named);
            snapshot = changes.apply(snapshot);
        }
    }

    private static void addBudgets(Snapshot.Changes changes, List<BudgetRoute> routes) {
        Map<UUID, List<Snapshot.Budget>> bySubject = new HashMap<>();
        for (BudgetRoute route : routes) {
            bySubject.computeIfAbsent(route.subject(), id -> new ArrayList<>()).add(budget(route));
        }
        bySubject.forEach(changes::budgets);
    }

    private static Snapshot.Budget budget(BudgetRoute route) {
        return new Snapshot.Budget(
                route.id(),
                scope(route.scope()),
                route.subject(),
                switch (route.period()) {
                    case DAY -> Snapshot.Period.DAY;
                    case MONTH -> Snapshot.Period.MONTH;
                    case TOTAL -> Snapshot.Period.TOTAL;
                },
                route.amountNanos(),
                route.currency(),
                route.windows().stream()
                        .map(window -> new Snapshot.Window(window.counterId(), window.startsAt(), window.endsAt()))
                        .toList());
    }

    private static Snapshot.Limit limit(LimitRoute route) {
        return new Snapshot.Limit(
                scope(route.scope()),
                route.subject(),
                route.limits().requestsPerMinute(),
                route.limits().tokensPerMinute(),
                route.limits().concurrentCalls());
    }

    private static Snapshot.Scope scope(Scope scope) {
        return switch (scope) {
            case KEY -> Snapshot.Scope.KEY;
            case PROJECT -> Snapshot.Scope.PROJECT;
            case ORGANISATION -> Snapshot.Scope.ORGANISATION;
            case MODEL -> Snapshot.Scope.MODEL;
        };
    }

    private static Snapshot.Key key(KeyRoute key) {
        return new Snapshot.Key(
                key.id(), key.tenant(), key.projectId(), key.hash(), key.expiresAt(), key.revokedAt() != null);
    }

    private static Snapshot.Offer offer(OfferRoute offer, List<Snapshot.Backend> backends) {
        return new Snapshot.Offer(
                offer.id(),
                offer.model(),
                offer.publisher(),
                offer.createdAt(),
                offer.task().equals("embeddings") ? Snapshot.Task.EMBEDDINGS : Snapshot.Task.CHAT,
                offer.live(),
                offer.contextTokens(),
                offer.maxOutputTokens(),
                offer.prices().stream()
                        .map(price -> new Snapshot.Price(price.versionId(), price.startsAt(), price.list()))
                        .toList(),
                List.copyOf(backends));
    }

    private Snapshot.Backend backend(BackendRoute backend) {
        return new Snapshot.Backend(
                backend.id(),
                backend.baseUrl(),
                addresses.resolve(backend.baseUrl()),
                backend.dialect(),
                backend.upstreamModel(),
                backend.credential(),
                backend.priority(),
                backend.weight(),
                backend.up(),
                backend.maxCalls());
    }

    private static Optional<UUID> active(SubscriptionRoute route) {
        return route.active() ? Optional.of(route.id()) : Optional.empty();
    }

    private static Snapshot.Funding funding(FundingRoute route) {
        return new Snapshot.Funding(route.tenant(), route.currency(), route.counters());
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(looker);
        LockSupport.unpark(bell);
        List<Runnable> left;
        synchronized (waitingLock) {
            left = waiting;
            waiting = new ArrayList<>();
        }
        left.forEach(Runnable::run);
    }
}
