package io.souk.gateway.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.souk.gateway.journal.JournalRecord.Checkpoint;
import io.souk.gateway.journal.JournalRecord.Close;
import io.souk.kernel.TokenClass;
import io.souk.kernel.TokenCounts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the journal does when its disk is slow, full or broken. */
class JournalTroubleTests {
    private static final InstantSource CLOCK = InstantSource.fixed(Records.START);
    private static final JournalSettings SMALL = JournalSettings.DEFAULTS
            .withFsyncEvery(Duration.ofMillis(5))
            .withSegmentBytes(256 << 10)
            .withMaxBytes(2 << 20);

    @TempDir
    private Path root;

    private final FaultyDisk disk = new FaultyDisk();

    @Test
    void refusesCallsWhileTheRingIsFullAndKeepsRoomForThoseThatEnd() throws Exception {
        try (Journal journal = Journal.open(root, SMALL.withRingCapacity(64), CLOCK, disk)) {
            Acks.append(journal, Records.open(Records.call(1)));
            disk.writes.drainPermits();
            List<Acks> accepted = new ArrayList<>();
            int calls = 1;
            Outcome outcome;
            do {
                Acks ack = new Acks();
                outcome = journal.append(Records.open(Records.call(++calls)), ack);
                if (outcome instanceof Outcome.Accepted) {
                    accepted.add(ack);
                }
            } while (outcome instanceof Outcome.Accepted || journal.health().waiting() < 48);
            assertThat(outcome).isEqualTo(new Outcome.Refused(Refusal.RING_FULL));
            Acks end = new Acks();
            assertThat(journal.append(Records.close(Records.call(1)), end)).isInstanceOf(Outcome.Accepted.class);
            disk.writes.release(Integer.MAX_VALUE);
            for (Acks ack : accepted) {
                ack.await();
            }
            end.await();
        }
    }

    @Test
    void takesNoCallsWhileAWriteHangsAndTakesThemAgainWhenItReturns() throws Exception {
        try (Journal journal = Journal.open(root, SMALL, CLOCK, disk)) {
            Acks.append(journal, Records.open(Records.call(0)));
            disk.writes.drainPermits();
            Acks hanging = new Acks();
            journal.append(Records.open(Records.call(1)), hanging);
            int[] number = {1};
            await().atMost(Duration.ofSeconds(5))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> journal.append(Records.open(Records.call(++number[0])), Ack.NONE)
                            .equals(new Outcome.Refused(Refusal.STALLED)));
            assertThat(journal.health().stalled()).isTrue();
            assertThat(journal.health().failed()).isFalse();
            Acks end = new Acks();
            assertThat(journal.append(Records.close(Records.call(0)), end))
                    .as("a call that runs may end")
                    .isInstanceOf(Outcome.Accepted.class);
            disk.writes.release(Integer.MAX_VALUE);
            hanging.await();
            end.await();
            await().atMost(Duration.ofSeconds(5)).until(() -> !journal.health().stalled());
            Acks.append(journal, Records.open(Records.call(-1)));
        }
    }

    @Test
    void goesOnInNewSegmentWhenWriteFails() throws Exception {
        try (Journal journal = Journal.open(root, SMALL, CLOCK, disk)) {
            for (int i = 0; i < 100; i++) {
                UUID call = Records.call(i);
                Acks.append(journal, Records.open(call));
                disk.failingWrites = i % 10 == 3 ? 1 : 0;
                Acks.append(journal, Records.close(call));
            }
            try (Drain drain = journal.drain(0)) {
                assertThat(JournalTests.drainAll(journal, drain, 100))
                        .extracting(finished -> finished.open().callId())
                        .containsExactlyElementsOf(calls(100));
            }
            assertThat(journal.health().moves()).isEqualTo(10);
            assertThat(journal.health().failed()).isFalse();
        }
        assertRecovers(100, 0);
    }

    @Test
    void writesAgainWhatWasNotForcedWhenForceFails() throws Exception {
        try (Journal journal = Journal.open(root, SMALL, CLOCK, disk)) {
            for (int i = 0; i < 100; i++) {
                UUID call = Records.call(i);
                Acks.append(journal, Records.open(call));
                if (i % 20 == 3) {
                    disk.failingForces = 1;
                    await().atMost(Duration.ofSeconds(10)).until(() -> disk.failingForces == 0);
                }
                Acks.append(journal, Records.close(call));
            }
            assertThat(journal.health().moves()).isEqualTo(5);
        }
        assertRecovers(100, 0);
    }

    @Test
    void forcesAgainElsewhereBeforeItAcknowledgesWhenTold() throws Exception {
        try (Journal journal = Journal.open(root, SMALL.withFsyncEvery(Duration.ZERO), CLOCK, disk)) {
            Acks.append(journal, Records.open(Records.call(0)));
            disk.failingForces = 1;
            long position = Acks.append(journal, Records.close(Records.call(0)));
            assertThat(journal.health().moves()).isEqualTo(1);
            assertThat(journal.health().forced()).isGreaterThan(position);
        }
        assertRecovers(1, 0);
    }

    @Test
    void failsWhenTheNewSegmentFailsToo() throws Exception {
        try (Journal journal = Journal.open(root, SMALL, CLOCK, disk)) {
            Acks.append(journal, Records.open(Records.call(0)));
            await().atMost(Duration.ofSeconds(10)).until(() -> journal.health().forced() > 0);
            disk.failingWrites = 100;
            disk.noNewFiles = true;
            assertThatThrownBy(() -> Acks.append(journal, Records.close(Records.call(0))))
                    .isInstanceOfSatisfying(
                            JournalRefused.class,
                            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.FAILED));
            assertThat(journal.health().failed()).isTrue();
            assertThat(journal.append(Records.open(Records.call(1)), Ack.NONE))
                    .isEqualTo(new Outcome.Refused(Refusal.FAILED));
        }
        assertRecovers(1, 1);
    }

    @Test
    void refusesNewCallsOnFullDiskAndStillEndsThoseThatRun() throws Exception {
        try (Journal journal = Journal.open(root, SMALL, CLOCK, disk)) {
            List<UUID> opened = new ArrayList<>(List.of(Records.call(-1)));
            Acks.append(journal, Records.open(Records.call(-1)));
            disk.full = true;
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            Acks.append(journal, Records.open(Records.call(i)));
                            opened.add(Records.call(i));
                        }
                    })
                    .isInstanceOfSatisfying(
                            JournalRefused.class,
                            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NO_SPACE));
            assertThat(opened).hasSizeGreaterThan(10);
            for (UUID call : opened) {
                for (int i = 0; i < Writer.PROMISED_CHECKPOINTS; i++) {
                    Acks.append(journal, Records.checkpoint(call, i));
                }
                Acks.append(journal, Records.close(call));
            }
            assertThat(journal.health().moves()).isZero();
            assertThat(journal.health().failed()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void keepsItsPromisesWhereverTheDiskFillsUp(int seed) throws Exception {
        Random random = new Random(seed);
        int opensOf20 = 1 + random.nextInt(4);
        try (Journal journal = Journal.open(root, SMALL.withMaxBytes(64 << 20), CLOCK, disk)) {
            Map<UUID, Integer> checkpoints = new HashMap<>();
            List<UUID> open = new ArrayList<>();
            int fullAfter = 200 + random.nextInt(4_000);
            for (int i = 0; i < fullAfter + 500; i++) {
                disk.full = i >= fullAfter;
                UUID call = open.isEmpty() ? Records.call(-i) : open.get(random.nextInt(open.size()));
                try {
                    switch (open.isEmpty() ? 0 : random.nextInt(20)) {
                        case 0, 1, 2, 3, 4 -> {
                            if (open.isEmpty() || random.nextInt(4) < opensOf20) {
                                Acks.append(journal, Records.open(Records.call(i)));
                                open.add(Records.call(i));
                            }
                        }
                        case 5, 6, 7 -> Acks.append(journal, Records.attempt(call));
                        case 8, 9, 10 -> Acks.append(journal, Records.extend(call));
                        case 11, 12, 13, 14 -> {
                            if (checkpoints.merge(call, 1, Integer::sum) <= Writer.PROMISED_CHECKPOINTS) {
                                append(journal, longest(Records.checkpoint(call, i)));
                            }
                        }
                        default -> {
                            append(journal, longest(Records.close(call)));
                            open.remove(call);
                        }
                    }
                } catch (JournalRefused refused) {
                    assertThat(refused.refusal()).isEqualTo(Refusal.NO_SPACE);
                    assertThat(disk.full).isTrue();
                }
            }
            for (UUID call : open) {
                for (int i = checkpoints.getOrDefault(call, 0); i < Writer.PROMISED_CHECKPOINTS; i++) {
                    append(journal, longest(Records.checkpoint(call, i)));
                }
                append(journal, longest(Records.close(call)));
            }
            assertThat(journal.health().moves()).isZero();
            assertThat(journal.health().openCalls()).isZero();
        }
    }

    // a promised record must never be refused
    private static void append(Journal journal, JournalRecord record) {
        try {
            Acks.append(journal, record);
        } catch (JournalRefused e) {
            throw new AssertionError("a promise was broken", e);
        }
    }

    private static JournalRecord longest(JournalRecord record) {
        TokenCounts all = TokenCounts.NONE;
        for (TokenClass tokenClass : TokenClass.values()) {
            all = all.with(tokenClass, 1);
        }
        if (record instanceof Checkpoint checkpoint) {
            return new Checkpoint(checkpoint.callId(), all, checkpoint.bytesRelayed(), checkpoint.at());
        }
        if (record instanceof Close close) {
            return new Close(
                    close.callId(),
                    close.endedAt(),
                    all,
                    close.cost(),
                    close.chargeNanos(),
                    close.absorbedNanos(),
                    close.reason(),
                    close.source(),
                    close.status(),
                    close.firstByteMillis(),
                    close.totalMillis(),
                    close.backendId());
        }
        return record;
    }

    @Test
    void refusesNewCallsAtItsLimitAcrossSegmentsAndStillEndsThoseThatRun() throws Exception {
        JournalSettings settings = SMALL.withMaxBytes(1 << 20).withFsyncEvery(Duration.ofMillis(1));
        int most = 0;
        try (Journal journal = Journal.open(root, settings, CLOCK, disk)) {
            List<UUID> opened = new ArrayList<>();
            int number = 0;
            for (int round = 0; round < 40; round++) {
                try {
                    while (true) {
                        UUID call = Records.call(number++);
                        Acks.append(journal, Records.open(call));
                        opened.add(call);
                    }
                } catch (JournalRefused refused) {
                    assertThat(refused.refusal()).isEqualTo(Refusal.NO_SPACE);
                }
                most = Math.max(most, opened.size());
                // every second one ends, so that the rest is spread over all segments
                List<UUID> running = new ArrayList<>();
                for (int i = 0; i < opened.size(); i++) {
                    if (i % 2 == 0) {
                        Acks.append(journal, Records.checkpoint(opened.get(i), 5));
                        Acks.append(journal, Records.close(opened.get(i)));
                    } else {
                        running.add(opened.get(i));
                    }
                }
                opened = running;
            }
            for (UUID call : opened) {
                Acks.append(journal, Records.close(call));
            }
            assertThat(journal.health().usedBytes()).isLessThanOrEqualTo((1 << 20) + Codec.MAX_FRAME);
            assertThat(journal.health().openCalls()).isZero();
        }
        assertThat(most).isGreaterThan(100);
    }

    private void assertRecovers(int calls, int interrupted) throws Exception {
        RecoveryReport report = Recovery.recover(root, call -> InterruptedCharge.NOTHING);
        assertThat(report.refused()).isEmpty();
        try (RecoveredJournal journal = report.recovered().getFirst();
                Drain drain = journal.drain(0)) {
            assertThat(journal.quarantined()).isEmpty();
            assertThat(journal.interrupted()).isEqualTo(interrupted);
            assertThat(drain.next(1_000).calls())
                    .extracting(finished -> finished.open().callId())
                    .containsExactlyElementsOf(calls(calls));
        }
    }

    private static List<UUID> calls(int count) {
        List<UUID> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            calls.add(Records.call(i));
        }
        return calls;
    }
}
