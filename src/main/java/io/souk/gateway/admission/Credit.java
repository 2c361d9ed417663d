package io.souk.gateway.admission;

import io.souk.kernel.FundingKind;
import io.souk.kernel.TenantId;
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
    /** How long a call waits for credit that others hold, from when it was first known that they do. */
    public static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** How often {@link #tick} wants to be called, at least. */
    public static final long TICK_MILLIS = 10;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
    private static final int MOST_PATIENT = 20_000;
    private final ConcurrentHashMap<UUID, CounterLease> leases = new ConcurrentHashMap<>();
    private final Queue<Taking> patient = new ConcurrentLinkedQueue<>();
    private final AtomicInteger parked = new AtomicInteger();
    private final Set<CounterLease> restless = ConcurrentHashMap.newKeySet();
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
        CounterLease lease = leases.get(first);
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
        private long shortSince;
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
            CounterLease lease = lease(counterId);
            // an empty counter need not be asked while another may pay; the last one, and all of them later, must be
            boolean urgent = !isMoney() || isLastMoney() || again;
            while (!lease.take(missing, !isMoney() || isLastMoney(), urgent, waits && urgent, this::taken)) {
                leases.remove(counterId, lease);
                lease = lease(counterId);
            }
        }

        private CounterLease lease(UUID counterId) {
            CounterLease known = leases.get(counterId);
            return known != null
                    ? known
                    : leases.computeIfAbsent(counterId, id -> new CounterLease(tenant, id, source, nanoTime, restless));
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

        private void taken(CounterLease.Taken outcome) {
            switch (outcome) {
                case WHOLE -> {
                    add(missing);
                    index = isMoney() ? purse.money().size() : index + 1;
                    missing = nanos;
                    next();
                }
                case SHORT, SHORT_FOR_NOW -> {
                    moreMayCome |= outcome == CounterLease.Taken.SHORT_FOR_NOW;
                    if (!isMoney() || isLastMoney()) {
                        lacking(new Hold.Insufficient(isMoney() ? FundingKind.MONEY : FundingKind.CAP, counter()));
                        return;
                    }
                    CounterLease lease = leases.get(counter());
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
            if (!again) {
                shortSince = now;
            }
            if (!waits || !(moreMayCome || notAllAsked) || now - shortSince >= PATIENCE_NANOS) {
                then.accept(insufficient);
                return;
            }
            if (parked.get() >= MOST_PATIENT) {
                then.accept(new Hold.Unavailable());
                return;
            }
            again = true;
            retryAt = now + Math.min(pause, Math.max(0, shortSince + PATIENCE_NANOS - now));
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
        CounterLease lease = leases.get(counterId);
        if (lease != null && nanos > 0) {
            lease.release(nanos);
        }
    }

    /** A call's charge is in the journal: what it takes of the hold is settlement's from here on. */
    public void spend(UUID counterId, long nanos) {
        CounterLease lease = leases.get(counterId);
        if (lease != null && nanos > 0) {
            lease.spend(nanos);
        }
    }

    /** Others are short of this counter: gives back what is free, and for a moment whatever becomes free. */
    public void recall(UUID counterId) {
        CounterLease lease = leases.get(counterId);
        if (lease != null) {
            lease.recall(nanoTime.getAsLong());
        }
    }

    /** There may be more on this counter than the last answer said. */
    public void raised(UUID counterId) {
        CounterLease lease = leases.get(counterId);
        if (lease != null) {
            lease.raised();
        }
    }

    /** What this counter's running calls hold; zero for one that is not known here. */
    public long held(UUID counterId) {
        CounterLease lease = leases.get(counterId);
        return lease == null ? 0 : lease.held();
    }

    /** What is free of this counter; zero for one that is not known here. */
    public long free(UUID counterId) {
        CounterLease lease = leases.get(counterId);
        return lease == null ? 0 : lease.free();
    }

    /** Tries waiting calls again and looks at deadlines; called every {@link #TICK_MILLIS}. */
    public void tick() {
        long now = nanoTime.getAsLong();
        for (CounterLease lease : restless) {
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
        leases.forEach((counterId, lease) -> {
            if (lease.sweep()) {
                leases.remove(counterId, lease);
            }
        });
    }

    /** Gives back everything that is free: the gateway is stopping. */
    public void giveBackAll() {
        leases.values().forEach(CounterLease::giveBackFree);
    }
}
