package io.souk.gateway.admission;

import io.souk.kernel.TenantId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What this gateway has of one counter. Its lock is held for a few instructions and never across a call to anything else. */
final class CounterLease {
    private static final long RECALLED_FOR_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long ANSWER_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(3);
    /** A counter that was empty is not asked again for as long, unless it is the last one that could pay. */
    private static final long DRY_FOR_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int WAITING_AT_MOST = 10_000;
    /** A refill asks for so many holds like the last ones, so that a busy counter is asked about rarely. */
    private static final int CALLS_PER_REFILL = 256;

    /**
     * What nobody has taken from for so long goes back. After two sweeps it would happen to an organisation with five
     * calls a second every few minutes, and its next call would wait for PostgreSQL.
     */
    private static final int QUIET_SWEEPS = 3;

    private static final int FORGOTTEN_AFTER_SWEEPS = 600;

    /** What became of a wish to take some. */
    enum Taken {
        WHOLE,
        SHORT,
        /** As short, but others hold some and have been asked for it. */
        SHORT_FOR_NOW,
        UNKNOWN
    }

    private record Waiter(long nanos, boolean whole, boolean recalls, long since, Consumer<Taken> then) {}

    private final TenantId tenant;
    private final UUID counterId;
    private final LeaseSource source;
    private final LongSupplier nanoTime;
    private final Set<CounterLease> restless;
    private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
    private long free;
    private long held;
    private boolean asking;
    private LeaseSource.Wish asked = new LeaseSource.Wish(0, 0, 0, false);
    /** Below this more is fetched ahead; zero while no more than one hold at a time can be had. */
    private long lowWater;
    /** What a hold is like here: the largest of late. */
    private long typical;

    private long dryUntil;
    private boolean dry;
    private long recalledUntil;
    private boolean recalled;
    private boolean retired;
    private int quietSweeps;

    /** @param restless where a lease says that it is to be looked at with every tick */
    CounterLease(
            TenantId tenant, UUID counterId, LeaseSource source, LongSupplier nanoTime, Set<CounterLease> restless) {
        this.tenant = tenant;
        this.counterId = counterId;
        this.source = source;
        this.nanoTime = nanoTime;
        this.restless = restless;
    }

    /** Takes from memory or not at all. */
    boolean takeFree(long nanos) {
        LeaseSource.Wish ahead;
        synchronized (this) {
            if (retired || free < nanos) {
                return false;
            }
            ahead = taken(nanos);
        }
        if (ahead != null) {
            ask(ahead);
        }
        return true;
    }

    /** Moves it from free to held; says what to fetch ahead. */
    private LeaseSource.@Nullable Wish taken(long nanos) {
        quietSweeps = 0;
        typical = Math.max(nanos, typical - (typical >> 3));
        free -= nanos;
        held += nanos;
        if (free >= lowWater || asking) {
            return null;
        }
        asking = true;
        asked = new LeaseSource.Wish(0, typical, refill(), false);
        return asked;
    }

    private long refill() {
        return typical > Long.MAX_VALUE / CALLS_PER_REFILL ? typical : typical * CALLS_PER_REFILL;
    }

    /**
     * @param whole whether a part of it is of no use
     * @param urgent whether to ask even if there was nothing a moment ago
     * @param recalls whether others are asked to give back what is missing
     * @return false if this lease is no longer used: take another one
     */
    boolean take(long nanos, boolean whole, boolean urgent, boolean recalls, Consumer<Taken> then) {
        Taken atOnce = null;
        LeaseSource.Wish wish = null;
        long now = nanoTime.getAsLong();
        synchronized (this) {
            if (retired) {
                return false;
            }
            dry &= now - dryUntil < 0;
            if (free >= nanos) {
                atOnce = Taken.WHOLE;
                wish = taken(nanos);
            } else if (dry && !urgent) {
                atOnce = Taken.SHORT_FOR_NOW;
            } else if (waiting.size() >= WAITING_AT_MOST) {
                atOnce = Taken.UNKNOWN;
            } else {
                quietSweeps = 0;
                typical = Math.max(nanos, typical - (typical >> 3));
                waiting.add(new Waiter(nanos, whole, recalls, now, then));
                restless.add(this);
                if (!asking) {
                    wish = forWaiting();
                }
            }
        }
        if (wish != null) {
            ask(wish);
        }
        if (atOnce != null) {
            then.accept(atOnce);
        }
        return true;
    }

    /** What all who wait lack together, or at least what lets one of them go on. */
    private LeaseSource.Wish forWaiting() {
        long sum = 0;
        long smallest = Long.MAX_VALUE;
        boolean recall = false;
        for (Waiter waiter : waiting) {
            sum = sum > Long.MAX_VALUE - waiter.nanos ? Long.MAX_VALUE : sum + waiter.nanos;
            smallest = Math.min(smallest, waiter.whole ? waiter.nanos : 1);
            recall |= waiter.recalls;
        }
        long need = Math.max(1, sum - free);
        asking = true;
        asked = new LeaseSource.Wish(need, Math.max(1, smallest - free), Math.max(need, refill()), recall);
        return asked;
    }

    private void ask(LeaseSource.Wish wish) {
        source.grant(tenant, counterId, wish, this::answered);
    }

    private void answered(LeaseSource.Grant grant) {
        List<Runnable> outcomes = new ArrayList<>();
        LeaseSource.Wish wish = null;
        long now = nanoTime.getAsLong();
        synchronized (this) {
            LeaseSource.Wish answeredWish = asked;
            asking = false;
            boolean known = false;
            boolean exhausted = false;
            Taken tooLittle = Taken.SHORT;
            if (grant instanceof LeaseSource.Grant.Granted granted) {
                known = true;
                free = Math.addExact(free, granted.nanos());
                exhausted = granted.nanos() < answeredWish.need();
                tooLittle = granted.moreMayCome() ? Taken.SHORT_FOR_NOW : Taken.SHORT;
                lowWater = Math.max(0, granted.nanos() - answeredWish.need()) / 4;
                dry = exhausted;
                dryUntil = now + DRY_FOR_NANOS;
            }
            for (int i = waiting.size(); i > 0; i--) {
                Waiter waiter = waiting.removeFirst();
                if (free >= waiter.nanos) {
                    free -= waiter.nanos;
                    held += waiter.nanos;
                    outcomes.add(() -> waiter.then.accept(Taken.WHOLE));
                } else if (!known) {
                    outcomes.add(() -> waiter.then.accept(Taken.UNKNOWN));
                } else if (exhausted && (answeredWish.recall() || !waiter.recalls)) {
                    Taken outcome = tooLittle;
                    outcomes.add(() -> waiter.then.accept(outcome));
                } else {
                    waiting.addLast(waiter);
                }
            }
            if (!waiting.isEmpty()) {
                wish = forWaiting();
            }
        }
        if (wish != null) {
            ask(wish);
        }
        outcomes.forEach(Runnable::run);
    }

    synchronized long takeUpTo(long nanos) {
        long part = Math.min(free, nanos);
        free -= part;
        held += part;
        return part;
    }

    synchronized void release(long nanos) {
        held -= nanos;
        free = Math.addExact(free, nanos);
    }

    synchronized void spend(long nanos) {
        held -= nanos;
    }

    synchronized long held() {
        return held;
    }

    synchronized long free() {
        return free;
    }

    synchronized void raised() {
        dry = false;
    }

    void recall(long now) {
        boolean giveBack;
        synchronized (this) {
            recalled = true;
            recalledUntil = now + RECALLED_FOR_NANOS;
            lowWater = 0;
            restless.add(this);
            giveBack = canSpare();
        }
        if (giveBack) {
            giveBackFree();
        }
    }

    // What is free while an answer is under way is part of what the waiting lack the rest of: giving it back would
    // have them ask for it for ever. A moment later they have it or wait no more, and the tick gives it back.
    private boolean canSpare() {
        return free > 0 && !asking && waiting.isEmpty();
    }

    void tick(long now) {
        List<Waiter> late = List.of();
        boolean giveBack;
        synchronized (this) {
            recalled &= now - recalledUntil < 0;
            giveBack = recalled && canSpare();
            for (Waiter first = waiting.peekFirst();
                    first != null && now - first.since > ANSWER_LIMIT_NANOS;
                    first = waiting.peekFirst()) {
                late = late.isEmpty() ? new ArrayList<>() : late;
                late.add(waiting.removeFirst());
            }
            if (!recalled && waiting.isEmpty()) {
                restless.remove(this);
            }
        }
        if (giveBack) {
            giveBackFree();
        }
        late.forEach(waiter -> waiter.then.accept(Taken.UNKNOWN));
    }

    /** Gives back what lies idle. @return true when nothing is left that would be worth keeping it */
    boolean sweep() {
        boolean idle;
        synchronized (this) {
            quietSweeps++;
            idle = free > 0 && !asking && quietSweeps >= QUIET_SWEEPS;
            if (free == 0
                    && held == 0
                    && !asking
                    && !recalled
                    && waiting.isEmpty()
                    && quietSweeps >= FORGOTTEN_AFTER_SWEEPS) {
                retired = true;
            }
        }
        if (idle) {
            giveBackFree();
        }
        return retired;
    }

    void giveBackFree() {
        long nanos;
        synchronized (this) {
            nanos = free;
            free = 0;
        }
        if (nanos > 0) {
            source.giveBack(tenant, counterId, nanos);
        }
    }
}
