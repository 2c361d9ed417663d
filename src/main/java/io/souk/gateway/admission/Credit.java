package io.souk.gateway.admission;

import io.souk.kernel.FundingKind;
import io.souk.kernel.TenantId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The credit that this gateway has leased, counter by counter, and the holds on it.
 *
 * <p>Of each counter it knows what is free. A hold takes from what is free, at once and in memory; only when that is not
 * enough is the source asked, with one question in flight per counter and a bounded number of calls waiting for its
 * answer. When a call is closed, what it did not use is free again at once. What it did use leaves this memory: it is in
 * the journal then, and settlement books it. So at every moment
 * {@code granted = free + held + closed and not yet settled}.
 *
 * <p>Several counters are spent in order: the next one only for what the one before cannot give. A hold succeeds whole
 * or takes nothing.
 */
public final class Credit {
    private static final int WAITING_PER_COUNTER = 10_000;
    /** A refill asks for this many times what is missing, so that a busy counter is asked about rarely. */
    private static final int CALLS_PER_REFILL = 256;

    private final ConcurrentHashMap<UUID, Lease> leases = new ConcurrentHashMap<>();
    private final LeaseSource source;

    public Credit(LeaseSource source) {
        this.source = source;
    }

    /** What became of a hold. */
    public sealed interface Hold {
        /** @param funding which counter pays how much, in the order in which they are spent */
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
     * Answers on the calling thread when memory suffices, otherwise on the source's.
     *
     * @param nanos at least zero
     */
    public void hold(TenantId tenant, Purse purse, long nanos, Consumer<Hold> then) {
        new Taking(tenant, purse, nanos, then).next();
    }

    /** One hold on its way through the purse's counters. */
    private final class Taking {
        private final TenantId tenant;
        private final Purse purse;
        private final long nanos;
        private final Consumer<Hold> then;
        private final List<Funding> taken;
        private int index;
        private long missing;

        Taking(TenantId tenant, Purse purse, long nanos, Consumer<Hold> then) {
            this.tenant = tenant;
            this.purse = purse;
            this.nanos = nanos;
            this.then = then;
            this.taken = new ArrayList<>(1 + purse.caps().size());
            this.missing = nanos;
        }

        void next() {
            if (index == purse.money().size() + purse.caps().size()) {
                then.accept(new Hold.Held(List.copyOf(taken)));
                return;
            }
            Lease lease = lease(counter());
            lease.take(missing, outcome -> taken(lease, outcome));
        }

        private boolean isMoney() {
            return index < purse.money().size();
        }

        private UUID counter() {
            int money = purse.money().size();
            return isMoney() ? purse.money().get(index) : purse.caps().get(index - money);
        }

        private Lease lease(UUID counterId) {
            Lease known = leases.get(counterId);
            return known != null ? known : leases.computeIfAbsent(counterId, id -> new Lease(tenant, id));
        }

        private void taken(Lease lease, Taken outcome) {
            switch (outcome) {
                case WHOLE -> {
                    add(missing);
                    step();
                }
                case SHORT -> {
                    boolean more = isMoney() && index < purse.money().size() - 1;
                    long part = more ? lease.takeUpTo(missing) : 0;
                    if (!more) {
                        giveUp(new Hold.Insufficient(isMoney() ? FundingKind.MONEY : FundingKind.CAP, counter()));
                    } else {
                        add(part);
                        missing -= part;
                        if (missing == 0) {
                            step();
                        } else {
                            index++;
                            next();
                        }
                    }
                }
                case UNKNOWN -> giveUp(new Hold.Unavailable());
            }
        }

        private void add(long part) {
            if (part > 0 || nanos == 0 && index == 0) {
                taken.add(new Funding(counter(), isMoney() ? FundingKind.MONEY : FundingKind.CAP, part));
            }
        }

        /** This counter gave all that was asked of it: on to the caps, one after the other. */
        private void step() {
            index = isMoney() ? purse.money().size() : index + 1;
            missing = nanos;
            next();
        }

        private void giveUp(Hold outcome) {
            taken.forEach(part -> release(part.counterId(), part.nanos()));
            then.accept(outcome);
        }
    }

    /** Makes what a call held and did not use free again. */
    public void release(UUID counterId, long nanos) {
        Lease lease = leases.get(counterId);
        if (lease != null && nanos > 0) {
            lease.free(nanos);
        }
    }

    /** Gives back what has lain free and untouched since the last sweep but one; called once a second. */
    public void sweep() {
        leases.values().forEach(Lease::giveBackIfIdle);
    }

    /** Gives back everything that is free: the gateway is stopping. */
    public void giveBackAll() {
        leases.values().forEach(Lease::giveBackFree);
    }

    private enum Taken {
        WHOLE,
        SHORT,
        UNKNOWN
    }

    private record Waiter(long nanos, Consumer<Taken> then) {}

    /** One counter. Its lock is held for a few instructions and never across a call to anything else. */
    private final class Lease {
        private final TenantId tenant;
        private final UUID counterId;
        private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
        private long free;
        private boolean asking;
        /** What the question in flight asked for; an answer of less means that no more is left. */
        private long asked;

        private int quietSweeps;

        Lease(TenantId tenant, UUID counterId) {
            this.tenant = tenant;
            this.counterId = counterId;
        }

        void take(long nanos, Consumer<Taken> then) {
            @Nullable Taken atOnce = null;
            long ask = 0;
            synchronized (this) {
                quietSweeps = 0;
                if (free >= nanos) {
                    free -= nanos;
                    atOnce = Taken.WHOLE;
                } else if (waiting.size() >= WAITING_PER_COUNTER) {
                    atOnce = Taken.UNKNOWN;
                } else {
                    waiting.add(new Waiter(nanos, then));
                    if (!asking) {
                        asking = true;
                        ask = asked = nanos - free;
                    }
                }
            }
            if (atOnce != null) {
                then.accept(atOnce);
            } else if (ask > 0) {
                ask(ask);
            }
        }

        synchronized long takeUpTo(long nanos) {
            long part = Math.min(free, nanos);
            free -= part;
            return part;
        }

        synchronized void free(long nanos) {
            free = Math.addExact(free, nanos);
        }

        private void ask(long need) {
            long want = need > Long.MAX_VALUE / CALLS_PER_REFILL ? need : need * CALLS_PER_REFILL;
            source.grant(tenant, counterId, need, want, this::answered);
        }

        private void answered(LeaseSource.Grant grant) {
            List<Runnable> outcomes = new ArrayList<>();
            long ask = 0;
            synchronized (this) {
                boolean known = grant instanceof LeaseSource.Grant.Granted;
                boolean exhausted = grant instanceof LeaseSource.Grant.Granted granted && granted.nanos() < asked;
                if (grant instanceof LeaseSource.Grant.Granted granted) {
                    free = Math.addExact(free, granted.nanos());
                }
                for (int i = waiting.size(); i > 0; i--) {
                    Waiter waiter = waiting.removeFirst();
                    if (free >= waiter.nanos) {
                        free -= waiter.nanos;
                        outcomes.add(() -> waiter.then.accept(Taken.WHOLE));
                    } else if (!known) {
                        outcomes.add(() -> waiter.then.accept(Taken.UNKNOWN));
                    } else if (exhausted) {
                        outcomes.add(() -> waiter.then.accept(Taken.SHORT));
                    } else {
                        waiting.addLast(waiter);
                    }
                }
                if (waiting.isEmpty()) {
                    asking = false;
                } else {
                    ask = asked = shortfall();
                }
            }
            if (ask > 0) {
                ask(ask);
            }
            outcomes.forEach(Runnable::run);
        }

        /** What the first waiter lacks; above zero, since it was not served. */
        private long shortfall() {
            return waiting.getFirst().nanos - free;
        }

        void giveBackIfIdle() {
            synchronized (this) {
                if (free == 0 || asking || ++quietSweeps < 2) {
                    return;
                }
            }
            giveBackFree();
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
