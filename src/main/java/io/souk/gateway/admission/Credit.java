package io.souk.gateway.admission;

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

        /** All counters together have less than this. */
        record Insufficient() implements Hold {}

        /** The credit could not be asked about, or too many calls wait for the same answer: try again later. */
        record Unavailable() implements Hold {}
    }

    /**
     * Holds an amount. Answers on the calling thread when memory suffices, otherwise on the source's.
     *
     * @param counters in the order in which they are spent
     * @param nanos at least zero
     */
    public void hold(TenantId tenant, List<UUID> counters, long nanos, Consumer<Hold> then) {
        take(tenant, counters, 0, nanos, new ArrayList<>(1), then);
    }

    private void take(
            TenantId tenant, List<UUID> counters, int index, long missing, List<Funding> taken, Consumer<Hold> then) {
        if (index == counters.size()) {
            taken.forEach(part -> release(part.counterId(), part.nanos()));
            then.accept(new Hold.Insufficient());
            return;
        }
        UUID counterId = counters.get(index);
        boolean last = index == counters.size() - 1;
        Lease lease = leases.computeIfAbsent(counterId, id -> new Lease(tenant, id));
        lease.take(missing, outcome -> {
            switch (outcome) {
                case Taken.WHOLE -> {
                    taken.add(new Funding(counterId, missing));
                    then.accept(new Hold.Held(List.copyOf(taken)));
                }
                case Taken.SHORT -> {
                    long part = last ? 0 : lease.takeUpTo(missing);
                    if (part == missing) {
                        taken.add(new Funding(counterId, part));
                        then.accept(new Hold.Held(List.copyOf(taken)));
                        return;
                    }
                    if (part > 0) {
                        taken.add(new Funding(counterId, part));
                    }
                    take(tenant, counters, index + 1, missing - part, taken, then);
                }
                case Taken.UNKNOWN -> {
                    taken.forEach(given -> release(given.counterId(), given.nanos()));
                    then.accept(new Hold.Unavailable());
                }
            }
        });
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
