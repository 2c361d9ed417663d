package io.souk.gateway;

import io.souk.billing.Leases;
import io.souk.gateway.admission.LeaseSource;
import io.souk.kernel.Ids;
import io.souk.kernel.TenantId;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches credit from PostgreSQL and brings it back, on virtual threads, so that no event loop waits for it. A grant
 * whose answer was lost is looked up by its id before anyone is told that it failed: credit is never granted and
 * forgotten. A return that fails is kept and repeated with the same id. Returns that PostgreSQL forgot, because it was set
 * back, are found by comparing what it says was taken with what was.
 */
class LeaseDesk implements LeaseSource {
    private static final Logger log = LoggerFactory.getLogger(LeaseDesk.class);

    private final Leases leases;
    private final UUID journalId;
    private final Executor virtualThreads;
    private final Queue<Move> pending = new ConcurrentLinkedQueue<>();

    private final Map<UUID, Account> accounts = new ConcurrentHashMap<>();

    private sealed interface Move {
        UUID counterId();

        /** @param counted what of it this gateway still counted as taken: nothing of what it had given back before */
        record Return(TenantId tenant, UUID counterId, UUID moveId, long nanos, long counted) implements Move {}

        /** A grant of which it is not known whether it was committed: what it moved goes back. */
        record Doubt(TenantId tenant, UUID counterId, UUID grantId, UUID returnId) implements Move {}
    }

    /** What was taken of a counter and not brought back, as far as is known here. */
    private static final class Account {
        private long taken;
        private int underWay;
        private long moves;

        synchronized void begin() {
            underWay++;
        }

        synchronized void end(long moved) {
            underWay--;
            moves++;
            taken += moved;
        }

        /** How many moves there were; -1 while one is under way. */
        synchronized long moves() {
            return underWay > 0 ? -1 : moves;
        }

        /** What PostgreSQL says that was taken beyond what was; -1 if that cannot be said because something moved since. */
        synchronized long excess(long saysPostgres, long since) {
            return underWay > 0 || moves != since ? -1 : Math.max(0, saysPostgres - taken);
        }
    }

    private Account account(UUID counterId) {
        return accounts.computeIfAbsent(counterId, id -> new Account());
    }

    LeaseDesk(Leases leases, UUID journalId, Executor virtualThreads) {
        this.leases = leases;
        this.journalId = journalId;
        this.virtualThreads = virtualThreads;
    }

    @Override
    public void grant(TenantId tenant, UUID counterId, Wish wish, Consumer<Grant> then) {
        virtualThreads.execute(() -> then.accept(ask(tenant, counterId, wish)));
    }

    private Grant ask(TenantId tenant, UUID counterId, Wish wish) {
        UUID moveId = Ids.next();
        boolean onItsWayBack = isOnItsWayBack(counterId);
        Account account = account(counterId);
        account.begin();
        try {
            Leases.Granted granted = leases.grant(
                    journalId,
                    tenant,
                    counterId,
                    moveId,
                    new Leases.Wish(wish.need(), wish.least(), wish.want(), wish.recall()));
            account.end(granted.nanos());
            return new Grant.Granted(granted.nanos(), granted.heldElsewhere() || onItsWayBack);
        } catch (RuntimeException lost) {
            log.warn("a grant of credit got no answer: {}", lost.getMessage());
            try {
                long moved = leases.outcomeOf(journalId, tenant, counterId, moveId);
                account.end(moved);
                return moved > 0 ? new Grant.Granted(moved, onItsWayBack) : new Grant.Unavailable();
            } catch (RuntimeException stillAway) {
                pending.add(new Move.Doubt(tenant, counterId, moveId, Ids.next()));
                return new Grant.Unavailable();
            }
        }
    }

    /** Whether this gateway itself has given back some that PostgreSQL may not have yet. */
    private boolean isOnItsWayBack(UUID counterId) {
        for (Move move : pending) {
            if (move.counterId().equals(counterId)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void giveBack(TenantId tenant, UUID counterId, long nanos) {
        account(counterId).begin();
        pending.add(new Move.Return(tenant, counterId, Ids.next(), nanos, nanos));
        virtualThreads.execute(this::retryPending);
    }

    /** Repeats what has not succeeded; called now and then. One pass at a time, and it stops at the first failure. */
    synchronized void retryPending() {
        for (Move move = pending.peek(); move != null; move = pending.peek()) {
            try {
                carryOut(move);
                pending.remove(move);
            } catch (RuntimeException away) {
                log.warn("credit could not be given back and will be again: {}", away.getMessage());
                return;
            }
        }
    }

    private void carryOut(Move move) {
        switch (move) {
            case Move.Return give -> {
                leases.giveBack(journalId, give.tenant, give.counterId, give.moveId, give.nanos);
                account(give.counterId).end(-give.counted);
            }
            case Move.Doubt doubt -> {
                long moved = leases.outcomeOf(journalId, doubt.tenant, doubt.counterId, doubt.grantId);
                if (moved > 0) {
                    leases.giveBack(journalId, doubt.tenant, doubt.counterId, doubt.returnId, moved);
                }
                account(doubt.counterId).end(0);
            }
        }
    }

    /**
     * Gives back once more what PostgreSQL, having been set back, says is still on lease here and is not.
     *
     * @return false if that could not be said of every counter, because credit was moving: ask again
     */
    boolean giveBackWhatWasForgotten() {
        Map<UUID, Long> before = new HashMap<>();
        accounts.forEach((counterId, account) -> before.put(counterId, account.moves()));
        boolean all = true;
        for (Leases.Taken taken : leases.takenBy(journalId)) {
            Account account = account(taken.counterId());
            long excess = account.excess(taken.nanos(), before.getOrDefault(taken.counterId(), 0L));
            if (excess > 0) {
                log.warn(
                        "PostgreSQL was set back and forgot that {} nano-units of counter {} were given back: again",
                        excess,
                        taken.counterId());
                account.begin();
                pending.add(new Move.Return(taken.tenant(), taken.counterId(), Ids.next(), excess, 0));
            }
            all &= excess >= 0;
        }
        retryPending();
        return all;
    }
}
