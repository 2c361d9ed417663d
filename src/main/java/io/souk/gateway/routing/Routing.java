package io.souk.gateway.routing;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.souk.gateway.snapshot.Snapshot;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntUnaryOperator;

/**
 * Chooses backends: among those that are up, not full, not resting and not shut by their breaker, the lowest priority
 * number first, by weight among equals. It remembers how each backend did, for as long as the process lives; nothing in
 * it waits.
 */
public final class Routing {
    private static final Duration FULL_RETRY = Duration.ofSeconds(1);

    /**
     * @param room calls at once at a backend that states no number of its own, and the most at any
     * @param window tries that a breaker looks back on
     * @param minimum tries before a breaker may open
     * @param failurePercent failed tries of a hundred that open it
     * @param openFor how long an open breaker lets nobody through
     * @param probes calls that are let through after that, to see whether the backend works again
     */
    public record Settings(int room, int window, int minimum, int failurePercent, Duration openFor, int probes) {}

    private final Settings settings;
    private final IntUnaryOperator random;
    private final Clock clock;
    private final CircuitBreakerConfig breakers;
    private final ConcurrentHashMap<UUID, Standing> standings = new ConcurrentHashMap<>();

    /** @param random gives a number from 0 to below its argument; called by many threads */
    public Routing(Settings settings, IntUnaryOperator random, Clock clock) {
        this.settings = settings;
        this.random = random;
        this.clock = clock;
        this.breakers = CircuitBreakerConfig.custom()
                .slidingWindow(
                        settings.window,
                        settings.minimum,
                        SlidingWindowType.COUNT_BASED,
                        SlidingWindowSynchronizationStrategy.LOCK_FREE)
                .failureRateThreshold(settings.failurePercent)
                .waitDurationInOpenState(settings.openFor)
                .permittedNumberOfCallsInHalfOpenState(settings.probes)
                .clock(clock)
                .build();
    }

    /** The way of one call. @param offer as the call's own snapshot has it */
    public Course begin(Snapshot.Offer offer) {
        return new Course(this, offer.backends());
    }

    /** Whether a call of this offer could be sent anywhere now. */
    public Outlook outlook(List<Snapshot.Backend> backends) {
        long busy = Long.MAX_VALUE;
        long shut = Long.MAX_VALUE;
        for (int i = 0; i < backends.size(); i++) {
            Snapshot.Backend backend = backends.get(i);
            if (!backend.up() || backend.address() == null) {
                continue;
            }
            Standing standing = standing(backend);
            if (standing.isShut()) {
                shut = Math.min(shut, standing.shutMillis());
            } else if (standing.rests()) {
                busy = Math.min(busy, standing.restMillis());
            } else if (standing.isFull(room(backend))) {
                busy = Math.min(busy, FULL_RETRY.toMillis());
            } else {
                return new Outlook.Open();
            }
        }
        if (busy != Long.MAX_VALUE) {
            return new Outlook.Busy(Duration.ofMillis(busy));
        }
        return new Outlook.Down(shut == Long.MAX_VALUE ? Duration.ZERO : Duration.ofMillis(shut));
    }

    /** The index of a backend that may be asked, -1 if there is none. */
    int choose(List<Snapshot.Backend> backends, boolean[] asked) {
        int priority = Integer.MAX_VALUE;
        int weights = 0;
        int only = -1;
        for (int i = 0; i < asked.length; i++) {
            Snapshot.Backend backend = backends.get(i);
            if (!asked[i] && backend.priority() <= priority && isUsable(backend)) {
                weights = backend.priority() < priority ? backend.weight() : weights + backend.weight();
                only = backend.priority() < priority ? i : -1;
                priority = backend.priority();
            }
        }
        if (only >= 0 || weights == 0) {
            return only;
        }
        return byWeight(backends, asked, priority, random.applyAsInt(weights));
    }

    /** Another thread may have changed a backend's standing since the weights were added up: the last one then stands in. */
    private int byWeight(List<Snapshot.Backend> backends, boolean[] asked, int priority, int drawn) {
        int rest = drawn;
        int last = -1;
        for (int i = 0; i < asked.length; i++) {
            Snapshot.Backend backend = backends.get(i);
            if (!asked[i] && backend.priority() == priority && isUsable(backend)) {
                last = i;
                rest -= backend.weight();
                if (rest < 0) {
                    return i;
                }
            }
        }
        return last;
    }

    private boolean isUsable(Snapshot.Backend backend) {
        if (!backend.up() || backend.address() == null) {
            return false;
        }
        Standing standing = standing(backend);
        return !standing.isShut() && !standing.rests() && !standing.isFull(room(backend));
    }

    /** The most calls at once there. */
    int room(Snapshot.Backend backend) {
        Integer own = backend.maxCalls();
        return own == null ? settings.room : Math.min(own, settings.room);
    }

    Standing standing(Snapshot.Backend backend) {
        Standing known = standings.get(backend.id());
        return known != null
                ? known
                : standings.computeIfAbsent(
                        backend.id(), id -> new Standing(id, breakers, settings.openFor.toMillis(), clock));
    }

    /** What it knows of every backend that was ever looked at. */
    public List<Load> loads() {
        List<Load> loads = new ArrayList<>();
        standings.values().forEach(standing -> loads.add(standing.load()));
        return loads;
    }

    /** Forgets backends that are no longer, once nothing runs there. */
    public void keepOnly(Set<UUID> known) {
        standings.forEach((id, standing) -> {
            if (!known.contains(id) && standing.isIdle()) {
                standings.remove(id, standing);
            }
        });
    }
}
