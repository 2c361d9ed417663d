package io.souk.gateway.routing;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How one backend stands with this gateway. Used by every event loop at once. */
final class Standing {
    /** The breaker wants a cause; what happened is in {@link Tried.Broke}. */
    private static final Throwable FAILED = new Failed();

    private final UUID id;
    private final Clock clock;
    private final CircuitBreaker breaker;
    private final long openForMillis;
    private final AtomicInteger running = new AtomicInteger();
    private volatile int room;
    private volatile long restsUntil;
    private volatile long openedAt;
    private volatile @Nullable Failure last;

    private record Failure(String how, Instant at) {}

    private static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failed() {
            super("the try failed", null, false, false);
        }
    }

    Standing(UUID id, CircuitBreakerConfig config, long openForMillis, Clock clock) {
        this.id = id;
        this.clock = clock;
        this.openForMillis = openForMillis;
        this.breaker = CircuitBreaker.of(id.toString(), config);
    }

    boolean rests() {
        return restsUntil > clock.millis();
    }

    long restMillis() {
        return Math.max(0, restsUntil - clock.millis());
    }

    /** Whether the breaker lets nobody through now; one that is due to be probed does. */
    boolean isShut() {
        return breaker.getState() == CircuitBreaker.State.OPEN && shutMillis() > 0;
    }

    long shutMillis() {
        return Math.max(0, openedAt + openForMillis - clock.millis());
    }

    boolean isFull(int most) {
        return running.get() >= most;
    }

    /** Takes a place; whoever got one tells once how the try went. */
    boolean take(int most) {
        room = most;
        if (running.incrementAndGet() > most) {
            running.decrementAndGet();
            return false;
        }
        if (!breaker.tryAcquirePermission()) {
            running.decrementAndGet();
            return false;
        }
        return true;
    }

    void leave() {
        running.decrementAndGet();
    }

    void note(Tried tried) {
        switch (tried) {
            case Tried.Answered _ -> breaker.onSuccess(0, TimeUnit.NANOSECONDS);
            case Tried.Broke(String how) -> {
                Instant now = clock.instant();
                last = new Failure(how, now);
                boolean wasOpen = breaker.getState() == CircuitBreaker.State.OPEN;
                if (!wasOpen) {
                    openedAt = now.toEpochMilli();
                }
                breaker.onError(0, TimeUnit.NANOSECONDS, FAILED);
            }
            case Tried.Overloaded(var rest) -> {
                restsUntil = clock.millis() + rest.toMillis();
                breaker.releasePermission();
            }
            case Tried.Abandoned _ -> breaker.releasePermission();
        }
    }

    boolean isIdle() {
        return running.get() == 0;
    }

    Load load() {
        CircuitBreaker.Metrics metrics = breaker.getMetrics();
        Failure failure = last;
        return new Load(
                id,
                switch (breaker.getState()) {
                    case OPEN, FORCED_OPEN -> Load.State.OPEN;
                    case HALF_OPEN -> Load.State.HALF_OPEN;
                    case CLOSED, DISABLED, METRICS_ONLY -> Load.State.CLOSED;
                },
                running.get(),
                room,
                metrics.getNumberOfBufferedCalls(),
                metrics.getNumberOfFailedCalls(),
                rests() ? Instant.ofEpochMilli(restsUntil) : null,
                failure == null ? null : failure.how,
                failure == null ? null : failure.at);
    }
}
