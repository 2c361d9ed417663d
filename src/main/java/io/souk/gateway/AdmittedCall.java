package io.souk.gateway;

import io.souk.gateway.admission.Credit;
import io.souk.gateway.admission.Decision;
import io.souk.gateway.admission.HoldSize;
import io.souk.gateway.admission.Purse;
import io.souk.gateway.journal.Ack;
import io.souk.gateway.journal.Funding;
import io.souk.gateway.journal.JournalRecord;
import io.souk.gateway.journal.JournalRefused;
import io.souk.gateway.journal.Outcome;
import io.souk.gateway.journal.PicoAmount;
import io.souk.gateway.journal.Shares;
import io.souk.gateway.metering.Charge;
import io.souk.gateway.relay.CallEnd;
import io.souk.gateway.relay.CallHandle;
import io.souk.gateway.relay.Extension;
import io.souk.gateway.relay.Opened;
import io.souk.gateway.relay.Route;
import io.souk.gateway.routing.Tried;
import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import io.souk.kernel.TokenCounts;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call that is on record, with the money that it holds. */
class AdmittedCall implements CallHandle {
    private final UUID callId;
    private final Decision.Admissible admissible;
    private final Purse purse;
    private final HoldSize size;
    private final boolean stream;
    private final Dispatch.Tries tries;
    private final CallWatch.Watched watched;
    private final Recorder recorder;
    private final Credit credit;
    private final Clock clock;
    private final Executor loop;

    // Of the call's event loop, but for the end: what CLOSE frees is freed by the journal's writer, after the last
    // change.
    private List<Funding> held;
    private long heldNanos;
    private long covered;
    private boolean closing;
    private int attempts;
    /** The first try, not taken up yet, and whether OPEN says it too. */
    private @Nullable Route first;

    private @Nullable Route recorded;

    /**
     * @param held what OPEN says
     * @param first the first try, which goes on record with OPEN; null if there is no backend
     */
    AdmittedCall(
            UUID callId,
            Decision.Admissible admissible,
            Purse purse,
            HoldSize size,
            boolean stream,
            List<Funding> held,
            Dispatch.Tries tries,
            @Nullable Route first,
            CallWatch.Watched watched,
            Recorder recorder,
            Credit credit,
            Clock clock,
            Executor loop) {
        this.callId = callId;
        this.admissible = admissible;
        this.purse = purse;
        this.size = size;
        this.stream = stream;
        this.held = held;
        this.heldNanos = Shares.money(held);
        this.covered = size.first();
        this.tries = tries;
        this.first = first;
        this.recorded = first;
        this.attempts = first == null ? 0 : 1;
        this.watched = watched;
        this.recorder = recorder;
        this.credit = credit;
        this.clock = clock;
        this.loop = loop;
    }

    @Override
    public UUID callId() {
        return callId;
    }

    @Override
    public int outputCap() {
        return admissible.outputCap();
    }

    @Override
    public long coveredTokens() {
        return covered >= size.cap() ? Long.MAX_VALUE : covered;
    }

    @Override
    public long sliceTokens() {
        return size.slice();
    }

    @Override
    public @Nullable Route nextRoute() {
        Route next = first;
        first = null;
        return next == null ? tries.next() : next;
    }

    @Override
    public Opened.Refused noRoute() {
        return tries.none();
    }

    @Override
    public void noteTry(Tried tried) {
        tries.note(tried);
    }

    @Override
    public void leaveTry(Tried untold) {
        tries.leave(untold);
    }

    @Override
    public void extend(long tokens, Consumer<Extension> then) {
        long more = Math.min(tokens, size.cap() - covered);
        hold(size.prices().outputNanos(more), extension -> {
            if (extension == Extension.GRANTED) {
                covered += more;
            }
            then.accept(extension);
        });
    }

    /** Holds more, puts it on record, and only then counts it as held. */
    private void hold(long nanos, Consumer<Extension> then) {
        credit.hold(
                admissible.key().tenant(),
                purse,
                nanos,
                outcome -> loop.execute(() -> {
                    switch (outcome) {
                        case Credit.Hold.Held more -> record(CallDesk.inJournal(more.funding()), then);
                        case Credit.Hold.Insufficient _ -> then.accept(Extension.REFUSED);
                        case Credit.Hold.Unavailable _ -> then.accept(Extension.UNAVAILABLE);
                    }
                }));
    }

    private void record(List<Funding> more, Consumer<Extension> then) {
        if (closing) {
            free(more);
            return;
        }
        append(new JournalRecord.Extend(callId, more), written -> {
            if (!written || closing) {
                // CLOSE stands behind it in the journal and charges none of it
                free(more);
                then.accept(Extension.UNAVAILABLE);
                return;
            }
            List<Funding> all = new ArrayList<>(held);
            all.addAll(more);
            held = all;
            heldNanos += Shares.money(more);
            then.accept(Extension.GRANTED);
        });
    }

    /** A try costs nothing by itself, so a journal that cannot take it does not stop the call; CLOSE decides. */
    @Override
    public void attempt(Route route, Runnable acknowledged) {
        boolean known = route == recorded;
        recorded = null;
        if (known) {
            acknowledged.run();
            return;
        }
        append(
                new JournalRecord.Attempt(callId, route.backendId(), ++attempts, clock.instant()),
                written -> acknowledged.run());
    }

    @Override
    public void checkpoint(TokenCounts cumulative, long bytesRelayed) {
        recorder.append(
                new JournalRecord.Checkpoint(callId, Charge.chargeable(cumulative), bytesRelayed, clock.instant()),
                Ack.NONE,
                loop);
    }

    /**
     * A stream may have used more than its text shows, as what is thought and not said: what that costs is held before
     * it is charged, as far as there is credit for it and as far as the output cap goes: what a backend gives beyond the
     * cap is not the customer's to pay.
     */
    @Override
    public void close(CallEnd end, Consumer<Boolean> acknowledged) {
        Charge charge = Charge.of(end.counts(), end.reason(), size.prices(), heldNanos);
        long more = Math.min(charge.absorbedNanos(), size.prices().outputNanos(size.cap() - covered));
        if (stream && more > 0) {
            hold(more, extension -> closeNow(end, acknowledged));
        } else {
            closeNow(end, acknowledged);
        }
    }

    private void closeNow(CallEnd end, Consumer<Boolean> acknowledged) {
        closing = true;
        tries.leave(new Tried.Abandoned());
        Charge charge = Charge.of(end.counts(), end.reason(), size.prices(), heldNanos);
        List<Funding> whole = held;
        append(new Closed(
                close(end, charge),
                written -> {
                    acknowledged.accept(written);
                    watched.ended(callId, admissible, end, charge, attempts, written);
                },
                whole,
                charge.chargeNanos()));
    }

    private JournalRecord.Close close(CallEnd end, Charge charge) {
        @Nullable UUID backend = end.backendId();
        return new JournalRecord.Close(
                callId,
                clock.instant(),
                charge.counts(),
                PicoAmount.of(charge.costPicos()),
                charge.chargeNanos(),
                charge.absorbedNanos(),
                end.reason(),
                end.source(),
                end.status(),
                end.firstByteMillis(),
                end.totalMillis(),
                backend == null ? JournalRecord.NIL : backend);
    }

    /** The caller was told that the gateway is unavailable before OPEN reached the disk: nothing went upstream. */
    void closeUnused() {
        CallEnd end = new CallEnd(TokenCounts.NONE, CallReason.INTERNAL_ERROR, CountSource.NONE, 503, -1, 0, null, 0);
        closeNow(end, written -> {});
    }

    /** OPEN was not put on record: nothing is owed. */
    void releaseAll() {
        tries.leave(new Tried.Abandoned());
        free(held);
    }

    private void free(List<Funding> parts) {
        settle(parts, 0);
    }

    /** What the charge does not take is free again, and what it takes is settlement's. */
    private void settle(List<Funding> parts, long charge) {
        long[] spent = Shares.of(parts, charge);
        for (int i = 0; i < spent.length; i++) {
            Funding part = parts.get(i);
            credit.release(part.counterId(), part.heldNanos() - spent[i]);
            credit.spend(part.counterId(), spent[i]);
        }
    }

    private void append(JournalRecord record, Consumer<Boolean> then) {
        append(new Recorded(record, then));
    }

    private void append(Recorded ack) {
        if (recorder.append(ack.record, ack, loop) instanceof Outcome.Refused) {
            loop.execute(ack);
        }
    }

    /** One record on its way to the disk. */
    private class Recorded implements Ack, Ack.Onward {
        private final JournalRecord record;
        private final Consumer<Boolean> then;
        private boolean written;

        Recorded(JournalRecord record, Consumer<Boolean> then) {
            this.record = record;
            this.then = then;
        }

        @Override
        public void written(long position) {
            written = true;
        }

        @Override
        public void failed(JournalRefused cause) {
            written = false;
        }

        @Override
        public Onward onward() {
            return this;
        }

        @Override
        public Executor executor() {
            return loop;
        }

        @Override
        public void run() {
            then.accept(written);
        }
    }

    /** CLOSE: what the charge does not take is free as soon as it is written, before anybody is told. */
    private final class Closed extends Recorded {
        private final List<Funding> whole;
        private final long charge;

        Closed(JournalRecord record, Consumer<Boolean> then, List<Funding> whole, long charge) {
            super(record, then);
            this.whole = whole;
            this.charge = charge;
        }

        @Override
        public void written(long position) {
            super.written(position);
            settle(whole, charge);
        }
    }
}
