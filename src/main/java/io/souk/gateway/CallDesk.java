package io.souk.gateway;

import io.souk.access.KeyRoute;
import io.souk.access.KeySecret;
import io.souk.gateway.admission.Admission;
import io.souk.gateway.admission.Ask;
import io.souk.gateway.admission.Credit;
import io.souk.gateway.admission.Decision;
import io.souk.gateway.admission.Funding;
import io.souk.gateway.journal.Ack;
import io.souk.gateway.journal.Journal;
import io.souk.gateway.journal.JournalRecord;
import io.souk.gateway.journal.JournalRefused;
import io.souk.gateway.journal.Outcome;
import io.souk.gateway.limits.RateLimits;
import io.souk.gateway.limits.Taking;
import io.souk.gateway.limits.Ticket;
import io.souk.gateway.relay.CallRequest;
import io.souk.gateway.relay.Calls;
import io.souk.gateway.relay.Models;
import io.souk.gateway.relay.Opened;
import io.souk.gateway.relay.Operation;
import io.souk.gateway.relay.Refusal;
import io.souk.gateway.relay.Route;
import io.souk.gateway.snapshot.Snapshot;
import io.souk.kernel.Ids;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits calls: who is calling, what, at which price, from which money, and on record before the first byte goes
 * upstream. Every step is in memory or answered from another thread; nothing here waits.
 */
class CallDesk implements Calls, Models {
    private static final Logger log = LoggerFactory.getLogger(CallDesk.class);
    /** How long a call waits for its OPEN to be on record. */
    private static final long OPEN_LIMIT_NANOS = 250_000_000L;

    private final SnapshotFeed feed;
    private final Admission admission;
    private final RateLimits limits;
    private final Credit credit;
    private final Holding holding;
    private final Recorder recorder;
    private final Clock clock;
    private final Dispatch dispatch;
    private final CallWatch watch;
    private final ConcurrentLinkedQueue<Opening> openings = new ConcurrentLinkedQueue<>();

    /** @param clock adjusted to the database's: it decides prices, budget windows and the date of a call */
    CallDesk(
            SnapshotFeed feed,
            Admission admission,
            RateLimits limits,
            Credit credit,
            Holding holding,
            Journal journal,
            Clock clock,
            Dispatch dispatch,
            CallWatch watch) {
        this.feed = feed;
        this.admission = admission;
        this.limits = limits;
        this.credit = credit;
        this.holding = holding;
        this.recorder = new Recorder(journal);
        this.clock = clock;
        this.dispatch = dispatch;
        this.watch = watch;
    }

    @Override
    public void open(CallRequest request, Executor loop, Consumer<Opened> answer) {
        Consumer<Opened> then = watch.refusals(answer);
        String key = request.apiKey();
        if (key == null) {
            then.accept(new Opened.Refused(Refusal.MISSING_KEY));
        } else if (!KeySecret.isWellFormed(key)) {
            then.accept(new Opened.Refused(Refusal.UNKNOWN_KEY));
        } else if (!feed.isFresh()) {
            then.accept(new Opened.Refused(Refusal.UNAVAILABLE));
        } else {
            Ask ask = new Ask(
                    KeyRoute.hashOf(key),
                    task(request.operation()),
                    request.model(),
                    request.inputBytes(),
                    request.outputCap().orElse(0),
                    request.choices());
            decide(request, ask, true, loop, then);
        }
    }

    /** A refusal that a change of the last moment could explain is decided once more, on a snapshot that has it. */
    private void decide(CallRequest request, Ask ask, boolean again, Executor loop, Consumer<Opened> then) {
        switch (admission.decide(feed.snapshot(), ask, clock.instant())) {
            case Decision.Admissible admissible -> route(request, admissible, loop, then);
            case Decision.KeyNotKnown _ when again -> catchUp(request, ask, Refusal.UNKNOWN_KEY, loop, then);
            case Decision.KeyNotKnown _ -> then.accept(new Opened.Refused(Refusal.UNKNOWN_KEY));
            case Decision.Refused refused
            when again && mayBeNews(refused.reason()) -> catchUp(request, ask, refusal(refused.reason()), loop, then);
            case Decision.Refused refused -> then.accept(new Opened.Refused(refusal(refused.reason())));
        }
    }

    private void catchUp(CallRequest request, Ask ask, Refusal otherwise, Executor loop, Consumer<Opened> then) {
        boolean asked = feed.afterNextLook(() -> loop.execute(() -> decide(request, ask, false, loop, then)));
        if (!asked) {
            then.accept(new Opened.Refused(otherwise));
        }
    }

    private static boolean mayBeNews(Decision.Reason reason) {
        return switch (reason) {
            case MODEL_UNKNOWN, NOT_SUBSCRIBED, NO_PRICE, NO_FUNDS, NO_BACKEND_UP, BUDGET_NOT_READY -> true;
            case KEY_REVOKED, KEY_EXPIRED, MODEL_OF_OTHER_TASK, MODEL_WITHDRAWN, TOO_LARGE -> false;
        };
    }

    private static Refusal refusal(Decision.Reason reason) {
        return switch (reason) {
            case KEY_REVOKED -> Refusal.REVOKED_KEY;
            case KEY_EXPIRED -> Refusal.EXPIRED_KEY;
            case MODEL_UNKNOWN -> Refusal.UNKNOWN_MODEL;
            case MODEL_OF_OTHER_TASK -> Refusal.WRONG_OPERATION;
            case MODEL_WITHDRAWN -> Refusal.MODEL_WITHDRAWN;
            case NOT_SUBSCRIBED -> Refusal.NOT_SUBSCRIBED;
            case NO_PRICE, NO_BACKEND_UP -> Refusal.NO_BACKEND;
            case BUDGET_NOT_READY -> Refusal.UNAVAILABLE;
            case NO_FUNDS, TOO_LARGE -> Refusal.CREDIT_EXHAUSTED;
        };
    }

    /** Overload is told before anything is held or written: nothing queues for a backend that has no room. */
    private void route(CallRequest request, Decision.Admissible admissible, Executor loop, Consumer<Opened> then) {
        Opened.Refused nowhere = dispatch.refusal(admissible.offer());
        if (nowhere != null) {
            then.accept(nowhere);
        } else {
            count(request, admissible, loop, then);
        }
    }

    /** Counts the call against its limits; what it takes of them is given back if it is refused after all. */
    private void count(CallRequest request, Decision.Admissible admissible, Executor loop, Consumer<Opened> then) {
        if (admissible.limits().isEmpty()) {
            hold(request, admissible, loop, then);
            return;
        }
        limits.take(admissible.key().tenant(), admissible.limits(), admissible.tokenEstimate(), taking -> {
            switch (taking) {
                case Taking.Taken(Ticket ticket) -> hold(request, admissible, loop, counted(ticket, then));
                case Taking.Refused refused -> loop.execute(() -> then.accept(LimitWords.refusal(refused)));
            }
        });
    }

    private static Consumer<Opened> counted(Ticket ticket, Consumer<Opened> then) {
        return opened -> {
            switch (opened) {
                case Opened.Admitted(var call) -> then.accept(new Opened.Admitted(new LimitedCall(call, ticket)));
                case Opened.Refused refused -> {
                    ticket.cancel();
                    then.accept(refused.with(ticket.standing()));
                }
            }
        };
    }

    private void hold(CallRequest request, Decision.Admissible admissible, Executor loop, Consumer<Opened> then) {
        holding.hold(
                request,
                admissible.key().tenant(),
                admissible.purse(),
                admissible.price().list(),
                admissible.outputCap(),
                loop,
                outcome -> {
                    switch (outcome) {
                        case Holding.Outcome.Held held -> journalOrFree(request, admissible, held, loop, then);
                        case Holding.Outcome.Refused(Credit.Hold.Insufficient lacking) ->
                            loop.execute(() -> then.accept(insufficient(admissible, lacking)));
                        case Holding.Outcome.Refused _ ->
                            loop.execute(() -> then.accept(new Opened.Refused(Refusal.UNAVAILABLE)));
                    }
                });
    }

    private Opened.Refused insufficient(Decision.Admissible admissible, Credit.Hold.Insufficient lacking) {
        int budget = admissible.purse().caps().indexOf(lacking.counterId());
        return budget < 0
                ? new Opened.Refused(Refusal.CREDIT_EXHAUSTED)
                : LimitWords.refusal(admissible.budgets().get(budget), clock.instant());
    }

    /** A mistake of ours between the hold and its record must not keep the money. */
    private void journalOrFree(
            CallRequest request,
            Decision.Admissible admissible,
            Holding.Outcome.Held held,
            Executor loop,
            Consumer<Opened> then) {
        try {
            journal(request, admissible, held, loop, then);
        } catch (RuntimeException mistake) {
            log.error("The call of request {} was refused by a mistake of ours", request.requestId(), mistake);
            held.funding().forEach(part -> credit.release(part.counterId(), part.nanos()));
            loop.execute(() -> then.accept(new Opened.Refused(Refusal.UNAVAILABLE)));
        }
    }

    private void journal(
            CallRequest request,
            Decision.Admissible admissible,
            Holding.Outcome.Held held,
            Executor loop,
            Consumer<Opened> then) {
        UUID callId = Ids.next();
        List<io.souk.gateway.journal.Funding> funding = inJournal(held.funding());
        Instant startedAt = clock.instant();
        Dispatch.Tries tries = dispatch.begin(admissible.offer());
        @Nullable Route first = tries.next();
        AdmittedCall call = new AdmittedCall(
                callId,
                admissible,
                admissible.purse(),
                held.size(),
                request.stream(),
                funding,
                tries,
                first,
                watch.of(request),
                recorder,
                credit,
                clock,
                loop);
        Opening opening = new Opening(call, System.nanoTime(), loop, then);
        Outcome outcome = recorder.append(
                new JournalRecord.Open(
                        callId,
                        startedAt,
                        admissible.key().tenant().value(),
                        admissible.key().projectId(),
                        admissible.key().id(),
                        admissible.offer().id(),
                        admissible.subscription(),
                        admissible.price().versionId(),
                        admissible.offer().model(),
                        (byte) 0,
                        request.operation().code(),
                        request.stream(),
                        request.requestId(),
                        held.nanos(),
                        admissible.price().list().currency(),
                        funding),
                first == null ? null : new JournalRecord.Attempt(callId, first.backendId(), 1, startedAt),
                opening,
                loop);
        switch (outcome) {
            case Outcome.Accepted _ -> openings.add(opening);
            case Outcome.Refused _ -> {
                call.releaseAll();
                loop.execute(() -> then.accept(new Opened.Refused(Refusal.UNAVAILABLE)));
            }
        }
    }

    static List<io.souk.gateway.journal.Funding> inJournal(List<Funding> held) {
        if (held.size() == 1) {
            return List.of(inJournal(held.getFirst()));
        }
        return held.stream().map(CallDesk::inJournal).toList();
    }

    private static io.souk.gateway.journal.Funding inJournal(Funding part) {
        return new io.souk.gateway.journal.Funding(part.counterId(), part.kind(), part.nanos());
    }

    private static Snapshot.Task task(Operation operation) {
        return switch (operation) {
            case CHAT -> Snapshot.Task.CHAT;
            case EMBEDDINGS -> Snapshot.Task.EMBEDDINGS;
        };
    }

    @Override
    public void list(@Nullable String apiKey, Executor loop, Consumer<ModelList> then) {
        if (apiKey == null) {
            then.accept(new ModelList.Refused(Refusal.MISSING_KEY));
            return;
        }
        if (!KeySecret.isWellFormed(apiKey)) {
            then.accept(new ModelList.Refused(Refusal.UNKNOWN_KEY));
            return;
        }
        if (!feed.isFresh()) {
            then.accept(new ModelList.Refused(Refusal.UNAVAILABLE));
            return;
        }
        String hash = KeyRoute.hashOf(apiKey);
        if (feed.snapshot().key(hash) != null
                || !feed.afterNextLook(() -> loop.execute(() -> then.accept(listed(hash))))) {
            then.accept(listed(hash));
        }
    }

    private ModelList listed(String keyHash) {
        Snapshot snapshot = feed.snapshot();
        Snapshot.Key key = snapshot.key(keyHash);
        if (key == null) {
            return new ModelList.Refused(Refusal.UNKNOWN_KEY);
        }
        if (key.revoked()) {
            return new ModelList.Refused(Refusal.REVOKED_KEY);
        }
        if (key.expiresAt() != null && !key.expiresAt().isAfter(clock.instant())) {
            return new ModelList.Refused(Refusal.EXPIRED_KEY);
        }
        return new ModelList.Listed(snapshot.offersOf(key.tenant()).stream()
                .map(offer -> new Models.Model(offer.model(), offer.createdAt(), offer.publisher()))
                .toList());
    }

    /** Refuses calls whose OPEN has not been acknowledged in time; called every few tens of milliseconds. */
    void expireOpenings() {
        long now = System.nanoTime();
        for (Opening opening = openings.peek(); opening != null; opening = openings.peek()) {
            if (!opening.isDecided() && now - opening.since < OPEN_LIMIT_NANOS) {
                return;
            }
            openings.poll();
            opening.expire();
        }
    }

    /** One OPEN on its way to the disk; whoever decides first, the writer or the clock, answers the caller. */
    private static final class Opening implements Ack, Ack.Onward {
        private static final Opened UNAVAILABLE = new Opened.Refused(Refusal.UNAVAILABLE);

        private final AdmittedCall call;
        private final long since;
        private final Executor loop;
        private final Consumer<Opened> then;
        private final AtomicBoolean decided = new AtomicBoolean();
        private @Nullable Opened outcome;

        Opening(AdmittedCall call, long since, Executor loop, Consumer<Opened> then) {
            this.call = call;
            this.since = since;
            this.loop = loop;
            this.then = then;
        }

        @Override
        public void written(long position) {
            if (decided.compareAndSet(false, true)) {
                outcome = new Opened.Admitted(call);
            } else {
                call.closeUnused();
            }
        }

        @Override
        public void failed(JournalRefused cause) {
            call.releaseAll();
            if (decided.compareAndSet(false, true)) {
                outcome = UNAVAILABLE;
            }
        }

        @Override
        public @Nullable Onward onward() {
            return outcome == null ? null : this;
        }

        @Override
        public Executor executor() {
            return loop;
        }

        @Override
        public void run() {
            if (outcome != null) {
                then.accept(outcome);
            }
        }

        boolean isDecided() {
            return decided.get();
        }

        void expire() {
            if (decided.compareAndSet(false, true)) {
                loop.execute(() -> then.accept(UNAVAILABLE));
            }
        }
    }
}
