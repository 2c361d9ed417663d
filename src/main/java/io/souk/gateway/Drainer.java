package io.souk.gateway;

import io.souk.billing.FinishedCall.Share;
import io.souk.billing.Settlement;
import io.souk.gateway.journal.Drain;
import io.souk.gateway.journal.DrainBatch;
import io.souk.gateway.journal.FinishedCall;
import io.souk.gateway.journal.Funding;
import io.souk.gateway.journal.JournalRecord;
import io.souk.gateway.journal.Shares;
import io.souk.gateway.relay.Operation;
import io.souk.kernel.TenantId;
import io.souk.usage.CallRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Carries finished calls from a journal to settlement, from wherever PostgreSQL's watermark stands. */
class Drainer {
    /** What a batch costs besides its calls is shared by as many as there are; these take a few megabytes. */
    private static final int BATCH = 4_000;

    private final UUID journalId;
    private final Settlement settlement;
    private final DrainProgress progress;

    Drainer(UUID journalId, Settlement settlement, DrainProgress progress) {
        this.journalId = journalId;
        this.settlement = settlement;
        this.progress = progress;
    }

    /**
     * Settles everything that is ready.
     *
     * @return false if PostgreSQL's watermark is not where this drain stands: a new drain must begin at its watermark
     * @throws IOException if the journal cannot be read
     * @throws RuntimeException if PostgreSQL cannot be reached; nothing is lost, the batch comes again
     */
    boolean drainAll(Drain drain) throws IOException {
        while (true) {
            DrainBatch batch = drain.next(BATCH);
            if (batch.to() == batch.from()) {
                progress.caughtUp(batch.to());
                return true;
            }
            Settlement.Outcome outcome = settlement.settle(
                    journalId,
                    batch.from(),
                    batch.to(),
                    batch.calls().stream().map(this::finished).toList());
            if (outcome instanceof Settlement.Outcome.ElsewhereDrained) {
                return false;
            }
            drain.drained(batch.to());
            progress.settled(
                    batch.to(),
                    batch.calls().isEmpty()
                            ? null
                            : batch.calls().getLast().close().endedAt());
        }
    }

    private io.souk.billing.FinishedCall finished(FinishedCall call) {
        return new io.souk.billing.FinishedCall(record(call), shares(call));
    }

    private CallRecord record(FinishedCall call) {
        JournalRecord.Open open = call.open();
        JournalRecord.Close close = call.close();
        long held = Shares.money(fundings(call));
        return new CallRecord(
                new TenantId(open.tenantId()),
                open.startedAt(),
                open.callId(),
                journalId,
                open.requestId(),
                open.keyId(),
                open.projectId(),
                open.offerId(),
                open.subscriptionId(),
                open.priceVersionId(),
                close.backendId().equals(JournalRecord.NIL) ? null : close.backendId(),
                open.model(),
                operation(open.operation()),
                open.stream(),
                close.status(),
                close.reason(),
                close.source(),
                close.counts(),
                open.currency(),
                close.cost().toBigInteger().longValueExact(),
                close.chargeNanos(),
                held,
                close.absorbedNanos(),
                call.attempts().size(),
                close.firstByteMillis() < 0 ? null : close.firstByteMillis(),
                close.totalMillis(),
                close.endedAt());
    }

    private static List<Share> shares(FinishedCall call) {
        List<Funding> held = fundings(call);
        long[] spent = Shares.of(held, call.close().chargeNanos());
        List<Share> shares = new ArrayList<>(spent.length);
        for (int i = 0; i < spent.length; i++) {
            if (spent[i] > 0) {
                shares.add(new Share(held.get(i).counterId(), held.get(i).kind(), spent[i]));
            }
        }
        return shares;
    }

    private static List<Funding> fundings(FinishedCall call) {
        List<Funding> all = new ArrayList<>(call.open().funding());
        call.extensions().forEach(extension -> all.addAll(extension.added()));
        return all;
    }

    private static String operation(byte code) {
        for (Operation operation : Operation.values()) {
            if (operation.code() == code) {
                return operation.name().toLowerCase(java.util.Locale.ROOT);
            }
        }
        return "operation-" + code;
    }
}
