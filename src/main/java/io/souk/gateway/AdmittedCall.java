package io.souk.gateway;

import io.souk.gateway.admission.Credit;
import io.souk.gateway.admission.Decision;
import io.souk.gateway.journal.Ack;
import io.souk.gateway.journal.Funding;
import io.souk.gateway.journal.Journal;
import io.souk.gateway.journal.JournalRecord;
import io.souk.gateway.journal.JournalRefused;
import io.souk.gateway.journal.Outcome;
import io.souk.gateway.journal.PicoAmount;
import io.souk.gateway.journal.Shares;
import io.souk.gateway.metering.Charge;
import io.souk.gateway.relay.CallEnd;
import io.souk.gateway.relay.CallHandle;
import io.souk.gateway.relay.Opened;
import io.souk.gateway.relay.Route;
import io.souk.gateway.routing.Tried;
import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import io.souk.kernel.TokenCounts;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call that is on record, with the money that it holds. */
class AdmittedCall implements CallHandle {
    private final UUID callId;
    private final Decision.Admissible admissible;
    private final List<Funding> funding;
    private final Dispatch.Tries tries;
    private final CallWatch.Watched watched;
    private final Journal journal;
    private final Credit credit;
    private final Clock clock;
    private final Executor loop;
    private int attempts;

    AdmittedCall(
            UUID callId,
            Decision.Admissible admissible,
            List<Funding> funding,
            Dispatch.Tries tries,
            CallWatch.Watched watched,
            Journal journal,
            Credit credit,
            Clock clock,
            Executor loop) {
        this.callId = callId;
        this.admissible = admissible;
        this.funding = funding;
        this.tries = tries;
        this.watched = watched;
        this.journal = journal;
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
    public @Nullable Route nextRoute() {
        return tries.next();
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

    /** A try costs nothing by itself, so a journal that cannot take it does not stop the call; CLOSE decides. */
    @Override
    public void attempt(Route route, Runnable acknowledged) {
        append(
                new JournalRecord.Attempt(callId, route.backendId(), ++attempts, clock.instant()),
                written -> acknowledged.run());
    }

    @Override
    public void checkpoint(TokenCounts cumulative, long bytesRelayed) {
        journal.append(
                new JournalRecord.Checkpoint(callId, Charge.chargeable(cumulative), bytesRelayed, clock.instant()),
                Ack.NONE);
    }

    @Override
    public void close(CallEnd end, Consumer<Boolean> acknowledged) {
        Charge charge = Charge.of(end.counts(), end.reason(), admissible.price().list(), admissible.holdNanos());
        append(
                close(end, charge),
                written -> {
                    acknowledged.accept(written);
                    watched.ended(callId, admissible, end, charge, attempts, written);
                },
                () -> settleHold(charge.chargeNanos()));
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
        close(end, written -> {});
    }

    void releaseAll() {
        settleHold(0);
    }

    /** What the charge does not take is free again. */
    private void settleHold(long charge) {
        long[] spent = Shares.of(funding, charge);
        for (int i = 0; i < spent.length; i++) {
            Funding part = funding.get(i);
            credit.release(part.counterId(), part.heldNanos() - spent[i]);
        }
    }

    private void append(JournalRecord record, Consumer<Boolean> then) {
        append(record, then, () -> {});
    }

    private void append(JournalRecord record, Consumer<Boolean> then, Runnable whenWritten) {
        Outcome outcome = journal.append(record, new Ack() {
            @Override
            public void written(long position) {
                whenWritten.run();
                loop.execute(() -> then.accept(true));
            }

            @Override
            public void failed(JournalRefused cause) {
                loop.execute(() -> then.accept(false));
            }
        });
        if (outcome instanceof Outcome.Refused) {
            loop.execute(() -> then.accept(false));
        }
    }
}
