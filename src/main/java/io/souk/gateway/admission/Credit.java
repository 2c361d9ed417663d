package io.souk.gateway.admission;

import io.souk.kernel.FundingKind;
import io.souk.kernel.TenantId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The credit that this gateway has leased, counter by counter, and the holds on it.
 *
 * <p>Of each counter it knows what is free and what running calls hold. A hold takes from what is free, at once and in
 * memory. Where that runs low more is fetched ahead; where it is not enough the source is asked, with one question in
 * flight per counter and a bounded number of calls waiting for its answer. When a call is closed, what it did not use is
 * free again at once. What it did use leaves this memory: it is in the journal then, and settlement books it. So at every
 * moment {@code granted = free + held + closed and not yet settled}.
 *
 * <p>Money counters are spent in order: the next one only for what the one before cannot give. A hold succeeds whole or
 * takes nothing. Short of credit, a call is refused only when nobody else holds any, or when those who do have not given
 * enough of it back within {@link #PATIENCE_NANOS}. Whoever is asked to give back does so at once, and for a while keeps
 * nothing that becomes free.
 */
public final class Credit {
    /** How long a call waits for credit that others hold. */
    public static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** How often {@link #tick} wants to be called, at least. */
    public static final long TICK_MILLIS = 10;

    private static final long RECALLED_FOR_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long ANSWER_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(3);
    /** A counter that was empty is not asked again for as long, unless it is the last one that could pay. */
    private static final long DRY_FOR_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
    private static final int MOST_PATIENT = 20_000;
    private static final int WAITING_PER_COUNTER = 10_000;
    /** A refill asks for so many holds like the last ones, so that a busy counter is asked about rarely. */
    private static final int CALLS_PER_REFILL = 256;

    private static final int QUIET_SWEEPS = 2;
    private static final int FORGOTTEN_AFTER_SWEEPS = 600;

    private final ConcurrentHashMap<UUID, Lease> leases = new ConcurrentHashMap<>();
    private final Queue<Taking> patient = new ConcurrentLinkedQueue<>();
    private final AtomicInteger parked = new AtomicInteger();
    private final Set<Lease> restless = ConcurrentHashMap.newKeySet();
    private final LeaseSource source;
    private final LongSupplier nanoTime;

    /** @param nanoTime as {@link System#nanoTime()} */
    public Credit(LeaseSource source, LongSupplier nanoTime) {
        this.source = source;
        this.nanoTime = nanoTime;
    }

    /** What became of a hold. */
    public sealed interface Hold {
        /** @param funding which counter pays or limits how much, money first, in the order in which it is spent */
        record Held(List<Funding> funding) implements Hold {}

        /**
         * There is less than this, of money or under a budget; nothing is held.
         *
         * @param lacking which of the two
         * @param counterId the budget that is used up, or the last counter that could have paid
         */
        record Insufficient(FundingKind lacking, UUID counterId) implements Hold {}

        /** The credit could not be asked about, or too many calls wait for the same answer: try again later. */
        record Unavailable() implements Hold {}
    }

    /**
     * Holds an amount: once of the purse's money, in its order, and once more of each of its caps; all of it or nothing.
     * Answers on the calling thread when memory suffices, otherwise on another; after at most the source's limit and
     * {@link #PATIENCE_NANOS}.
     *
     * @param nanos at least zero
     */
    public void hold(TenantId tenant, Purse purse, long nanos, Consumer<Hold> then) {
        if (!heldFromMemory(purse, nanos, then)) {
            new Taking(tenant, purse, nanos, true, then).begin();
        }
    }

    /** As {@link #hold}, but credit that others hold is neither asked for nor waited for. */
    public void holdWithoutPatience(TenantId tenant, Purse purse, long nanos, Consumer<Hold> then) {
        if (!heldFromMemory(purse, nanos, then)) {
            new Taking(tenant, purse, nanos, false, then).begin();
        }
    }

    // The ordinary call: one counter, known, with enough on it.
    private boolean heldFromMemory(Purse purse, long nanos, Consumer<Hold> then) {
        if (!purse.caps().isEmpty()) {
            return false;
        }
        UUID first = purse.money().getFirst();
        Lease lease = leases.get(first);
        if (lease == null || !lease.takeFree(nanos)) {
            return false;
        }
        then.accept(new Hold.Held(List.of(new Funding(first, FundingKind.MONEY, nanos))));
        return true;
    }

    /** One hold on its way through the purse's counters. Used by one thread at a time. */
    private final class Taking {
        private final TenantId tenant;
        private final Purse purse;
        private final long nanos;
        private final boolean waits;
        private final Consumer<Hold> then;
        private final List<Funding> taken;
        private final long since = nanoTime.getAsLong();
        private int index;
        private long missing;
        private boolean moreMayCome;
        private boolean again;
        private long pause = FIRST_PAUSE_NANOS;
        private long retryAt;

        Taking(TenantId tenant, Purse purse, long nanos, boolean waits, Consumer<Hold> then) {
            this.tenant = tenant;
            this.purse = purse;
            this.nanos = nanos;
            this.waits = waits;
            this.then = then;
            this.taken = new ArrayList<>(1 + purse.caps().size());
        }

        void begin() {
            index = 0;
            missing = nanos;
            moreMayCome = false;
            taken.clear();
            next();
        }

        private void next() {
            if (index == purse.money().size() + purse.caps().size()) {
                then.accept(new Hold.Held(List.copyOf(taken)));
                return;
            }
            UUID counterId = counter();
            Lease lease = lease(counterId);
            // an empty counter need not be asked while another may pay; the last one, and all of them later, must be
            boolean urgent = !isMoney() || isLastMoney() || again;
            while (!lease.take(missing, !isMoney() || isLastMoney(), urgent, waits && urgent, this::taken)) {
                leases.remove(counterId, lease);
                lease = lease(counterId);
            }
        }

        private Lease lease(UUID counterId) {
            Lease known = leases.get(counterId);
            return known != null ? known : leases.computeIfAbsent(counterId, id -> new Lease(tenant, id));
        }

        private boolean isMoney() {
            return index < purse.money().size();
        }

        private boolean isLastMoney() {
            return index == purse.money().size() - 1;
        }

        private UUID counter() {
            int money = purse.money().size();
            return isMoney() ? purse.money().get(index) : purse.caps().get(index - money);
        }

        private void taken(Taken outcome) {
            switch (outcome) {
                case WHOLE -> {
                    add(missing);
                    index = isMoney() ? purse.money().size() : index + 1;
                    missing = nanos;
                    next();
                }
                case SHORT, SHORT_FOR_NOW -> {
                    moreMayCome |= outcome == Taken.SHORT_FOR_NOW;
                    if (!isMoney() || isLastMoney()) {
                        lacking(new Hold.Insufficient(isMoney() ? FundingKind.MONEY : FundingKind.CAP, counter()));
                        return;
                    }
                    Lease lease = leases.get(counter());
                    long part = lease == null ? 0 : lease.takeUpTo(missing);
                    add(part);
                    missing -= part;
                    if (missing == 0) {
                        index = purse.money().size();
                        missing = nanos;
                    } else {
                        index++;
                    }
                    next();
                }
                case UNKNOWN -> {
                    giveUp();
                    then.accept(new Hold.Unavailable());
                }
            }
        }

        private void add(long part) {
            if (part > 0 || nanos == 0 && index == 0) {
                taken.add(new Funding(counter(), isMoney() ? FundingKind.MONEY : FundingKind.CAP, part));
            }
        }

        private void lacking(Hold.Insufficient insufficient) {
            giveUp();
            long now = nanoTime.getAsLong();
            // counters that were passed over because they were empty a moment ago are asked before anyone is refused
            boolean notAllAsked = !again && purse.money().size() > 1;
            if (!waits || !(moreMayCome || notAllAsked) || now - since >= PATIENCE_NANOS) {
                then.accept(insufficient);
                return;
            }
            if (parked.get() >= MOST_PATIENT) {
                then.accept(new Hold.Unavailable());
                return;
            }
            again = true;
            retryAt = now + Math.min(pause, Math.max(0, since + PATIENCE_NANOS - now));
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            parked.incrementAndGet();
            patient.add(this);
        }

        private void giveUp() {
            taken.forEach(part -> release(part.counterId(), part.nanos()));
            taken.clear();
        }
    }

    /** Makes what a call held and did not use free again. */
    public void release(UUID counterId, long nanos) {
        Lease lease = leases.get(counterId);
        if (lease != null && nanos > 0) {
            lease.release(nanos);
        }
    }

    /** A call's charge is in the journal: what it takes of the hold is settlement's from here on. */
    public void spend(UUID counterId, long nanos) {
        Lease lease = leases.get(counterId);
        if (lease != null && nanos > 0) {
            lease.spend(nanos);
        }
    }

    /** Others are short of this counter: gives back what is free, and for a moment whatever becomes free. */
    public void recall(UUID counterId) {
        Lease lease = leases.get(counterId);
        if (lease != null) {
            lease.recall(nanoTime.getAsLong());
        }
    }

    /** There may be more on this counter than the last answer said. */
    public void raised(UUID counterId) {
        Lease lease = leases.get(counterId);
        if (lease != null) {
            lease.raised();
        }
    }

    /** What this counter's running calls hold; zero for one that is not known here. */
    public long held(UUID counterId) {
        Lease lease = leases.get(counterId);
        return lease == null ? 0 : lease.held();
    }

    /** What is free of this counter; zero for one that is not known here. */
    public long free(UUID counterId) {
        Lease lease = leases.get(counterId);
        return lease == null ? 0 : lease.free();
    }

    /** Tries waiting calls again and looks at deadlines; called every {@link #TICK_MILLIS}. */
    public void tick() {
        long now = nanoTime.getAsLong();
        for (Lease lease : restless) {
            lease.tick(now);
        }
        for (int i = parked.get(); i > 0; i--) {
            Taking taking = patient.poll();
            if (taking == null) {
                return;
            }
            if (now - taking.retryAt >= 0) {
                parked.decrementAndGet();
                taking.begin();
            } else {
                patient.add(taking);
            }
        }
    }

    /** Gives back what has lain free and untouched since the last sweep but one; called once a second. */
    public void sweep() {
        leases.values().forEach(Lease::sweep);
    }

    /** Gives back everything that is free: the gateway is stopping. */
    public void giveBackAll() {
        leases.values().forEach(Lease::giveBackFree);
    }

    private enum Taken {
        WHOLE,
        SHORT,
        /** As short, but others hold some and have been asked for it. */
        SHORT_FOR_NOW,
        UNKNOWN
    }

    private record Waiter(long nanos, boolean whole, boolean recalls, long since, Consumer<Taken> then) {}

    /** One counter. Its lock is held for a few instructions and never across a call to anything else. */
    private final class Lease {
        private final TenantId tenant;
        private final UUID counterId;
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

        Lease(TenantId tenant, UUID counterId) {
            this.tenant = tenant;
            this.counterId = counterId;
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
            asked = new LeaseSource.Wish(0, 0, refill(), false);
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
                } else if (waiting.size() >= WAITING_PER_COUNTER) {
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

        void sweep() {
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
                    leases.remove(counterId, this);
                }
            }
            if (idle) {
                giveBackFree();
            }
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
}
