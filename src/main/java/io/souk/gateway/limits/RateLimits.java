package io.souk.gateway.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.souk.gateway.limits.Meter.Draw;
import io.souk.gateway.relay.RateStanding;
import io.souk.gateway.snapshot.Snapshot;
import io.souk.kernel.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts calls against their limits.
 *
 * <p>Requests and tokens per minute are buckets that are filled up once a minute, counted from the first call. Tokens are
 * taken by estimate when a call begins and corrected when it ends: what was too much comes back, what was too little is
 * owed and taken from the next minutes. Calls at once are counted in this process.
 *
 * <p>With shared buckets, each question goes to Redis and the answer decides; a mirror of it is kept here. When no answer
 * comes in time this process decides by its own bucket, so that while Redis is away the most that can pass is the limit
 * times the number of gateways.
 */
public final class RateLimits {
    /** Beyond it the buckets least used are forgotten, which gives their subjects a new minute. */
    private static final int MOST_BUCKETS = 200_000;

    private static final Duration FORGET_AFTER = Duration.ofMinutes(10);

    private final Cache<Meter.Id, Meter> meters = Caffeine.newBuilder()
            .maximumSize(MOST_BUCKETS)
            .expireAfterAccess(FORGET_AFTER)
            // its housekeeping is short, and handing it to another thread costs more than doing it
            .executor(Runnable::run)
            .build();
    private final Slots slots = new Slots();
    private final TimeMeter time;
    private final @Nullable SharedBuckets shared;

    /**
     * @param nanoTime a clock that only goes forward
     * @param shared null where every process counts for itself
     */
    public RateLimits(LongSupplier nanoTime, @Nullable SharedBuckets shared) {
        this.shared = shared;
        this.time = new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return nanoTime.getAsLong();
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
    }

    /**
     * Counts a call against all of its limits or none. Answers on the calling thread, or, where buckets are shared, on a
     * thread of theirs within the deadline.
     *
     * @param tokens the estimate, at least one
     */
    public void take(TenantId tenant, List<Snapshot.Limit> limits, long tokens, Consumer<Taking> then) {
        if (limits.isEmpty()) {
            then.accept(new Taking.Taken(Ticket.FREE));
            return;
        }
        List<Draw> draws = new ArrayList<>(2 * limits.size());
        for (Snapshot.Limit limit : limits) {
            draw(tenant, limit, Measure.REQUESTS, limit.requestsPerMinute(), 1, draws);
            draw(tenant, limit, Measure.TOKENS, limit.tokensPerMinute(), tokens, draws);
        }
        Draw never = neverFits(draws);
        if (never != null) {
            then.accept(refused(never, never.meter().local().getAvailableTokens(), Duration.ZERO, standing(draws)));
            return;
        }
        List<Slots.Id> entered = new ArrayList<>(limits.size());
        for (Snapshot.Limit limit : limits) {
            if (limit.concurrentCalls() > 0) {
                Slots.Id id = new Slots.Id(tenant.value(), limit.subject());
                if (!slots.enter(id, limit.concurrentCalls())) {
                    leave(entered);
                    then.accept(new Taking.Refused(
                            limit, Measure.CALLS_AT_ONCE, 1, 0, Duration.ofSeconds(1), standing(draws)));
                    return;
                }
                entered.add(id);
            }
        }
        SharedBuckets buckets = shared;
        if (buckets != null && !draws.isEmpty() && buckets.isUp()) {
            takeShared(buckets, draws, entered, then);
        } else {
            then.accept(takeLocal(draws, entered));
        }
    }

    private void draw(
            TenantId tenant, Snapshot.Limit limit, Measure measure, long perMinute, long amount, List<Draw> draws) {
        if (perMinute > 0) {
            UUID subject = limit.subject();
            Meter.Id id = new Meter.Id(tenant.value(), subject, measure, perMinute);
            draws.add(new Draw(limit, measure, meters.get(id, made -> new Meter(made, time)), amount));
        }
    }

    private static @Nullable Draw neverFits(List<Draw> draws) {
        for (Draw draw : draws) {
            if (draw.amount() > draw.meter().perMinute()) {
                return draw;
            }
        }
        return null;
    }

    private Taking takeLocal(List<Draw> draws, List<Slots.Id> entered) {
        Standings standings = new Standings();
        for (int i = 0; i < draws.size(); i++) {
            Draw draw = draws.get(i);
            ConsumptionProbe probe = draw.meter().local().tryConsumeAndReturnRemaining(draw.amount());
            standings.add(draw, probe);
            if (!probe.isConsumed()) {
                draws.subList(0, i).forEach(taken -> taken.meter().local().addTokens(taken.amount()));
                leave(entered);
                return refused(draw, probe, standings.now());
            }
        }
        return new Taking.Taken(new Ticket(this, entered, draws, false, standings.now()));
    }

    private void takeShared(SharedBuckets buckets, List<Draw> draws, List<Slots.Id> entered, Consumer<Taking> then) {
        List<CompletableFuture<ConsumptionProbe>> answers = new ArrayList<>(draws.size());
        try {
            for (Draw draw : draws) {
                answers.add(draw.meter().shared(buckets).tryConsumeAndReturnRemaining(draw.amount()));
            }
        } catch (RuntimeException refusedAtOnce) {
            answers.add(CompletableFuture.failedFuture(refusedAtOnce));
        }
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .orTimeout(buckets.deadline().toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((_, failed) -> then.accept(
                        failed == null
                                ? answered(buckets, draws, answers, entered)
                                : unanswered(buckets, draws, answers, entered, failed)));
    }

    private Taking answered(
            SharedBuckets buckets,
            List<Draw> draws,
            List<CompletableFuture<ConsumptionProbe>> answers,
            List<Slots.Id> entered) {
        buckets.answered();
        Standings standings = new Standings();
        int refusedBy = -1;
        for (int i = 0; i < draws.size(); i++) {
            ConsumptionProbe probe = answers.get(i).resultNow();
            standings.add(draws.get(i), probe);
            if (!probe.isConsumed()
                    && (refusedBy < 0
                            || probe.getNanosToWaitForRefill()
                                    > answers.get(refusedBy).resultNow().getNanosToWaitForRefill())) {
                refusedBy = i;
            }
        }
        if (refusedBy < 0) {
            draws.forEach(draw -> draw.meter().local().tryConsumeAsMuchAsPossible(draw.amount()));
            return new Taking.Taken(new Ticket(this, entered, draws, true, standings.now()));
        }
        for (int i = 0; i < draws.size(); i++) {
            if (answers.get(i).resultNow().isConsumed()) {
                giveBack(buckets, draws.get(i));
            }
        }
        leave(entered);
        return refused(draws.get(refusedBy), answers.get(refusedBy).resultNow(), standings.now());
    }

    /** This process decides for itself; what Redis takes for a call that is refused here is given back when it is known. */
    private Taking unanswered(
            SharedBuckets buckets,
            List<Draw> draws,
            List<CompletableFuture<ConsumptionProbe>> answers,
            List<Slots.Id> entered,
            Throwable why) {
        buckets.failed(why.getClass().getSimpleName());
        Taking taking = takeLocal(draws, entered);
        if (taking instanceof Taking.Refused) {
            for (int i = 0; i < Math.min(draws.size(), answers.size()); i++) {
                Draw draw = draws.get(i);
                answers.get(i).whenComplete((probe, failed) -> {
                    if (failed == null && probe.isConsumed()) {
                        giveBack(buckets, draw);
                    }
                });
            }
        }
        return taking;
    }

    private static void giveBack(SharedBuckets buckets, Draw draw) {
        draw.meter().shared(buckets).addTokens(draw.amount()).exceptionally(_ -> null);
    }

    void leave(List<Slots.Id> entered) {
        entered.forEach(slots::leave);
    }

    /** @param back what was taken too much; below zero, what was taken too little */
    void correct(Draw draw, boolean wasShared, long back) {
        Bucket local = draw.meter().local();
        if (back > 0) {
            local.addTokens(back);
        } else if (back < 0) {
            local.consumeIgnoringRateLimits(-back);
        }
        SharedBuckets buckets = shared;
        if (!wasShared || back == 0 || buckets == null || !buckets.isUp()) {
            return;
        }
        AsyncBucketProxy bucket = draw.meter().shared(buckets);
        CompletableFuture<?> corrected = back > 0 ? bucket.addTokens(back) : bucket.consumeIgnoringRateLimits(-back);
        corrected.exceptionally(_ -> null);
    }

    /** How many calls of this organisation run under the limit of this subject. */
    int running(TenantId tenant, UUID subject) {
        return slots.running(new Slots.Id(tenant.value(), subject));
    }

    private static Taking.Refused refused(Draw draw, ConsumptionProbe probe, RateStanding standing) {
        return refused(draw, probe.getRemainingTokens(), Duration.ofNanos(probe.getNanosToWaitForRefill()), standing);
    }

    private static Taking.Refused refused(Draw draw, long left, Duration retryAfter, RateStanding standing) {
        return new Taking.Refused(draw.limit(), draw.measure(), draw.amount(), Math.max(0, left), retryAfter, standing);
    }

    /** Where the local buckets stand, for a refusal that took nothing. */
    private static RateStanding standing(List<Draw> draws) {
        Standings standings = new Standings();
        draws.forEach(draw -> standings.add(draw, draw.meter().local().getAvailableTokens(), Meter.MINUTE.toNanos()));
        return standings.now();
    }

    /** Gathers the tightest limit of each kind. */
    private static final class Standings {
        private final long[] limit = {-1, -1};
        private final long[] left = {-1, -1};
        private final long[] reset = {0, 0};

        void add(Draw draw, ConsumptionProbe probe) {
            add(draw, probe.getRemainingTokens(), probe.getNanosToWaitForReset());
        }

        void add(Draw draw, long remaining, long nanosToReset) {
            int kind = draw.measure() == Measure.TOKENS ? 1 : 0;
            if (limit[kind] < 0 || remaining < left[kind]) {
                limit[kind] = draw.meter().perMinute();
                left[kind] = Math.max(0, remaining);
                reset[kind] = nanosToReset;
            }
        }

        RateStanding now() {
            if (limit[0] < 0 && limit[1] < 0) {
                return RateStanding.NONE;
            }
            return new RateStanding(limit[0], left[0], span(reset[0]), limit[1], left[1], span(reset[1]));
        }

        private static Duration span(long nanos) {
            return Duration.ofMillis(Math.ceilDiv(Math.max(0, nanos), 1_000_000L));
        }
    }
}
