package io.souk.gateway;

import io.souk.billing.Journals;
import io.souk.billing.Leases;
import io.souk.billing.Settlement;
import io.souk.catalog.OfferRoutes;
import io.souk.gateway.journal.Drain;
import io.souk.gateway.journal.Funding;
import io.souk.gateway.journal.InterruptedCharge;
import io.souk.gateway.journal.Journal;
import io.souk.gateway.journal.JournalRecord;
import io.souk.gateway.journal.JournalSettings;
import io.souk.gateway.journal.OpenCall;
import io.souk.gateway.journal.PicoAmount;
import io.souk.gateway.journal.RecoveredJournal;
import io.souk.gateway.journal.Recovery;
import io.souk.gateway.journal.RecoveryReport;
import io.souk.gateway.journal.Shares;
import io.souk.gateway.metering.Charge;
import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import io.souk.kernel.PriceList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this process's journal. At the start it takes over what dead processes left, settles it and gives their leases
 * back; then it opens a journal of its own and drains it for as long as the process lives; at the end it settles the
 * rest.
 */
class JournalKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(JournalKeeper.class);
    /** Settling a call costs least in large batches; a customer is promised to see it within two seconds. */
    private static final long PAUSE_AT_LEAST_NANOS = Duration.ofMillis(100).toNanos();

    private static final long PAUSE_AT_MOST_NANOS = Duration.ofMillis(500).toNanos();
    /** So many times as long as settling took is paused after it: a busy machine is not kept busy by small batches. */
    private static final int PAUSE_BY_WORK = 20;

    private static final long AFTER_TROUBLE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LIVES_EVERY_NANOS = Journals.SILENCE.dividedBy(8).toNanos();

    private final Path root;
    private final Leases leases;
    private final Journals journals;
    private final Settlement settlement;
    private final OfferRoutes offers;
    private final Journal journal;
    private final DrainProgress progress;
    private final Clock clock;
    private final Thread drainer;
    private volatile BooleanSupplier whenSetBack = () -> true;
    private boolean setBack;
    private long comparedAt = System.nanoTime() - AFTER_TROUBLE_NANOS;
    private long heardAt = System.nanoTime() - LIVES_EVERY_NANOS;
    private volatile boolean stopped;

    /**
     * Recovers, then opens.
     *
     * @param root where journals are kept, made if missing
     * @throws UncheckedIOException if the folder cannot be written
     */
    JournalKeeper(
            Path root,
            JournalSettings settings,
            Leases leases,
            Journals journals,
            Settlement settlement,
            OfferRoutes offers,
            Clock clock) {
        this.root = root;
        this.leases = leases;
        this.journals = journals;
        this.settlement = settlement;
        this.offers = offers;
        this.clock = clock;
        this.progress = new DrainProgress(clock);
        try {
            Files.createDirectories(root);
            recover();
            Recovery.deleteDrained(root, clock.instant().minus(settings.retain()));
            journal = Journal.open(root, settings, clock);
        } catch (IOException e) {
            throw new UncheckedIOException("The journal in " + root + " cannot be opened: " + e.getMessage(), e);
        }
        tellOf(journal);
        drainer = Thread.ofPlatform().daemon().name("drain").start(this::drainUntilStopped);
    }

    /** A journal that PostgreSQL could not be told of grants nothing; let go of, it is put away by the next recovery. */
    private void tellOf(Journal opened) {
        try {
            leases.open(opened.id());
        } catch (RuntimeException away) {
            try {
                opened.close();
            } catch (IOException e) {
                away.addSuppressed(e);
            }
            throw away;
        }
    }

    Journal journal() {
        return journal;
    }

    /** Runs when PostgreSQL was set back and has everything again, until it says that nothing is left to do. */
    void whenSetBack(BooleanSupplier task) {
        whenSetBack = task;
    }

    /** Bytes that are on record and not settled. */
    long backlogBytes() {
        return Math.max(0, journal.health().forced() - progress.position());
    }

    /** How long a call waits for its settlement. */
    double lagSeconds() {
        return progress.lagSeconds(backlogBytes());
    }

    private void recover() throws IOException {
        RecoveryReport report = Recovery.recover(root, this::rate);
        for (RecoveryReport.Refused refused : report.refused()) {
            log.error("journal {} could not be recovered and stays as it is: {}", refused.journalId(), refused.why());
        }
        for (RecoveredJournal recovered : report.recovered()) {
            settle(recovered);
        }
        for (UUID id : Recovery.drained(root)) {
            drainAgainIfRolledBack(id);
        }
    }

    /** PostgreSQL may have been set back to a moment before this journal was drained. */
    private void drainAgainIfRolledBack(UUID id) throws IOException {
        boolean rolledBack =
                leases.find(id).map(state -> !state.state().equals("drained")).orElse(false);
        if (rolledBack) {
            RecoveredJournal again = Recovery.reopen(root, id, this::rate);
            if (again != null) {
                settle(again);
            }
        }
    }

    private void settle(RecoveredJournal recovered) throws IOException {
        UUID id = recovered.id();
        try (recovered) {
            if (leases.find(id).isEmpty()) {
                leases.open(id);
            }
            leases.seal(id);
            Drainer toSettlement = new Drainer(id, settlement, new DrainProgress(clock));
            boolean done = false;
            while (!done) {
                long watermark = leases.find(id).orElseThrow().drainedTo();
                try (Drain drain = recovered.drain(watermark)) {
                    done = toSettlement.drainAll(drain);
                }
            }
            if (recovered.quarantined().isEmpty()) {
                long released = leases.finish(id);
                log.info(
                        "journal {} is settled; {} interrupted calls, {} nano-units of unused credit given back",
                        id,
                        recovered.interrupted(),
                        released);
            } else {
                log.error(
                        "journal {} has damaged files, which are kept with its leases until someone looks: {}",
                        id,
                        recovered.quarantined());
            }
            recovered.finish();
        }
    }

    private InterruptedCharge rate(OpenCall call) {
        JournalRecord.@Nullable Checkpoint checkpoint = call.checkpoint();
        PriceList prices = offers.prices(call.open().priceVersionId()).orElse(null);
        if (checkpoint == null || checkpoint.counts().isNone() || prices == null) {
            return InterruptedCharge.NOTHING;
        }
        Charge charge = Charge.of(checkpoint.counts(), CallReason.INTERRUPTED, prices, held(call));
        return new InterruptedCharge(
                PicoAmount.of(charge.costPicos()), charge.chargeNanos(), charge.absorbedNanos(), CountSource.ESTIMATED);
    }

    private static long held(OpenCall call) {
        List<Funding> all = new ArrayList<>(call.open().funding());
        call.extensions().forEach(extension -> all.addAll(extension.added()));
        return Shares.money(all);
    }

    private void drainUntilStopped() {
        Drainer toSettlement = new Drainer(journal.id(), settlement, progress);
        @Nullable Drain drain = null;
        boolean troubled = false;
        while (!stopped) {
            try {
                sayThatItLives();
                long begin = System.nanoTime();
                if (drain == null) {
                    drain = journal.drain(watermark());
                }
                if (!toSettlement.drainAll(drain)) {
                    drain = null;
                    continue;
                }
                troubled = false;
                compareIfSetBack();
                LockSupport.parkNanos(pauseAfter(System.nanoTime() - begin));
            } catch (IOException | RuntimeException e) {
                if (!troubled) {
                    log.warn("calls wait in the journal because they cannot be settled now: {}", e.toString());
                }
                troubled = true;
                drain = null;
                LockSupport.parkNanos(AFTER_TROUBLE_NANOS);
            }
        }
    }

    /** How long calls may gather after settling took so long. */
    static long pauseAfter(long workNanos) {
        return Math.clamp(workNanos, PAUSE_AT_LEAST_NANOS / PAUSE_BY_WORK, PAUSE_AT_MOST_NANOS / PAUSE_BY_WORK)
                * PAUSE_BY_WORK;
    }

    /** Where PostgreSQL stands. That is behind what it had settled before if it was set back. */
    private long watermark() {
        long watermark = watermarkOrNew();
        setBack |= watermark < progress.position();
        return watermark;
    }

    private void compareIfSetBack() {
        long now = System.nanoTime();
        if (setBack && now - comparedAt > AFTER_TROUBLE_NANOS) {
            comparedAt = now;
            setBack = !whenSetBack.getAsBoolean();
        }
    }

    /** PostgreSQL may have been set back to a moment before it heard of this journal: it is told again. */
    private long watermarkOrNew() {
        return leases.find(journal.id()).map(Leases.JournalState::drainedTo).orElseGet(() -> {
            log.warn(
                    "PostgreSQL does not know journal {}, which it did: it was set back; everything is settled"
                            + " again",
                    journal.id());
            leases.open(journal.id());
            return 0L;
        });
    }

    private void sayThatItLives() {
        long now = System.nanoTime();
        if (now - heardAt >= LIVES_EVERY_NANOS) {
            journals.heardOf(journal.id());
            heardAt = now;
        }
    }

    /** Writes everything to its end and settles it; what cannot be settled now is recovered at the next start. */
    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(drainer);
        try {
            drainer.join(Duration.ofSeconds(40));
            journal.close();
            recover();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            log.warn("the journal is not settled to its end; the next start does it: {}", e.toString());
        }
    }
}
