package io.souk.gateway.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.souk.gateway.journal.JournalRecord.Checkpoint;
import io.souk.gateway.journal.JournalRecord.Close;
import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import io.souk.kernel.TokenClass;
import io.souk.kernel.TokenCounts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTests {
    /** One nano-unit per output token. */
    private static final InterruptedCharge.Rating RATING = call -> {
        Checkpoint last = call.checkpoint();
        if (last == null) {
            return InterruptedCharge.NOTHING;
        }
        long output = last.counts().get(TokenClass.OUTPUT);
        return new InterruptedCharge(PicoAmount.of(1_000 * output), output, 0, CountSource.COUNTED);
    };

    private static final UUID DONE = Records.call(1);
    private static final UUID CUT_OFF = Records.call(2);
    private static final UUID UNTOUCHED = Records.call(3);

    @TempDir
    private Path temporary;

    @Test
    void closesWhatWasOpenFromItsLastCheckpoint() throws Exception {
        Path root = root("a");
        try (DeadJournal dead = new DeadJournal(root)) {
            writeThreeCalls(dead);
        }
        RecoveredJournal journal = recoverOne(root);
        assertThat(journal.interrupted()).isEqualTo(2);
        assertThat(drain(journal))
                .containsExactly(
                        new FinishedCall(
                                Records.open(DONE), List.of(Records.attempt(DONE)), List.of(), Records.close(DONE)),
                        new FinishedCall(
                                Records.open(CUT_OFF),
                                List.of(Records.attempt(CUT_OFF)),
                                List.of(Records.extend(CUT_OFF)),
                                new Close(
                                        CUT_OFF,
                                        Records.START.plusMillis(509),
                                        TokenCounts.of(10, 9),
                                        PicoAmount.of(9_000),
                                        9,
                                        0,
                                        CallReason.INTERRUPTED,
                                        CountSource.COUNTED,
                                        0,
                                        -1,
                                        509,
                                        Records.attempt(CUT_OFF).backendId())),
                        new FinishedCall(
                                Records.open(UNTOUCHED),
                                List.of(),
                                List.of(),
                                new Close(
                                        UNTOUCHED,
                                        Records.START,
                                        TokenCounts.NONE,
                                        PicoAmount.ZERO,
                                        0,
                                        0,
                                        CallReason.INTERRUPTED,
                                        CountSource.NONE,
                                        0,
                                        -1,
                                        0,
                                        JournalRecord.NIL)));
        journal.close();
    }

    @Test
    void endsWithTheSameBytesWhereverAnEarlierRecoveryWasCutShort() throws Exception {
        Path root = root("dead");
        try (DeadJournal dead = new DeadJournal(root)) {
            writeThreeCalls(dead);
            dead.zerosAhead();
            for (int i = 10; i < 30; i++) {
                dead.write(Records.open(Records.call(i)));
            }
        }
        Path whole = root("whole");
        DeadJournal.copy(root, whole);
        recoverOne(whole).close();
        for (int writes = 0; writes < 22; writes++) {
            Path again = root("again");
            DeadJournal.copy(root, again);
            FaultyDisk disk = new FaultyDisk();
            disk.writesBeforeFailure = writes;
            assertThat(Recovery.recover(again, RATING, disk).refused()).hasSize(1);
            recoverOne(again).close();
            assertSameFiles(whole, again);
            recoverOne(again).close();
            assertSameFiles(whole, again);
            DeadJournal.delete(again);
        }
    }

    @Test
    void cutsTheTailWhereverItIsTorn() throws Exception {
        Path root = root("dead");
        long end;
        try (DeadJournal dead = new DeadJournal(root)) {
            writeThreeCalls(dead);
            end = dead.end();
        }
        Map<UUID, FinishedCall> truth = finished(root);
        for (long length = Format.HEADER_BYTES; length < Format.HEADER_BYTES + end; length++) {
            Path torn = root("torn");
            DeadJournal.copy(root, torn);
            try (FileChannel file = FileChannel.open(segment(torn, 0), StandardOpenOption.WRITE)) {
                file.truncate(length);
            }
            try (RecoveredJournal journal = recoverOne(torn)) {
                assertThat(journal.quarantined()).isEmpty();
                assertTrueOrInterrupted(drain(journal), truth);
            }
            DeadJournal.delete(torn);
        }
    }

    @Test
    void cutsTheLastSegmentAtAnyFlippedBitThatWasNotForced() throws Exception {
        Path root = root("dead");
        long end;
        try (DeadJournal dead = new DeadJournal(root)) {
            writeThreeCalls(dead);
            dead.zerosAhead();
            end = dead.end();
        }
        Map<UUID, FinishedCall> truth = finished(root);
        for (long at = Format.HEADER_BYTES; at < Format.HEADER_BYTES + end + 20; at++) {
            Path flipped = flip(root, 0, at);
            try (RecoveredJournal journal = recoverOne(flipped)) {
                assertThat(journal.quarantined()).isEmpty();
                assertTrueOrInterrupted(drain(journal), truth);
            }
            DeadJournal.delete(flipped);
        }
    }

    @Test
    void setsTheLastSegmentAsideAtAnyFlippedBitThatHadBeenForced() throws Exception {
        Path root = root("dead");
        long end;
        try (DeadJournal dead = new DeadJournal(root)) {
            writeThreeCalls(dead);
            end = dead.end();
            dead.mark();
        }
        for (long at = 0; at < Format.HEADER_BYTES + end; at++) {
            Path flipped = flip(root, 0, at);
            try (RecoveredJournal journal = recoverOne(flipped)) {
                assertThat(journal.quarantined()).as("byte %d", at).hasSize(1);
                assertThat(drain(journal)).isEmpty();
            }
            try (RecoveredJournal again = recoverOne(flipped)) {
                assertThat(again.quarantined()).hasSize(1);
            }
            DeadJournal.delete(flipped);
        }
    }

    @Test
    void setsAnEarlierSegmentAsideAtAnyFlippedBitAndKeepsTheOthers() throws Exception {
        Path root = root("dead");
        long middle;
        long end;
        UUID before = Records.call(100);
        UUID across = Records.call(101);
        UUID after = Records.call(102);
        try (DeadJournal dead = new DeadJournal(root)) {
            dead.write(Records.open(before), Records.close(before), Records.open(across));
            dead.nextSegment();
            middle = dead.end();
            writeThreeCalls(dead);
            dead.nextSegment();
            end = dead.end();
            dead.write(Records.open(after), Records.close(after), Records.close(across));
        }
        Map<UUID, FinishedCall> truth = finished(root);
        for (long at = 0; at < Format.HEADER_BYTES + end - middle; at++) {
            Path flipped = flip(root, middle, at);
            for (int i = 0; i < 2; i++) {
                try (RecoveredJournal journal = recoverOne(flipped)) {
                    assertThat(journal.quarantined()).as("byte %d", at).hasSize(1);
                    assertThat(drain(journal))
                            .containsExactly(required(truth, before), required(truth, after), required(truth, across));
                }
            }
            DeadJournal.delete(flipped);
        }
    }

    @Test
    void keepsJournalWithDamageForTheAdministrator() throws Exception {
        Path root = root("dead");
        try (DeadJournal dead = new DeadJournal(root)) {
            writeThreeCalls(dead);
            dead.nextSegment();
            dead.write(Records.open(Records.call(9)));
        }
        Path flipped = flip(root, 0, 100);
        RecoveredJournal journal = recoverOne(flipped);
        assertThat(drain(journal)).extracting(call -> call.open().callId()).containsExactly(Records.call(9));
        journal.finish();
        assertThat(DeadJournal.list(flipped)).containsExactly(flipped.resolve(DeadJournal.ID + ".damaged"));
        assertThat(Recovery.recover(flipped, RATING).recovered()).isEmpty();
    }

    @Test
    void bringsNoRecordBehindTheTearBackToLife() throws Exception {
        Path root = root("dead");
        Path segment;
        long torn;
        try (DeadJournal dead = new DeadJournal(root)) {
            dead.write(Records.open(UNTOUCHED));
            torn = dead.end();
            // as long as the close that recovery will write here, so that the next frame would follow it exactly
            dead.write(new Close(
                    DONE,
                    Records.START,
                    TokenCounts.NONE,
                    PicoAmount.ZERO,
                    0,
                    0,
                    CallReason.COMPLETED,
                    CountSource.NONE,
                    0,
                    0,
                    0,
                    JournalRecord.NIL));
            dead.write(Records.open(DONE), Records.close(DONE), Records.close(UNTOUCHED));
            segment = dead.segment();
        }
        flip(segment, Format.HEADER_BYTES + torn + 20);
        try (RecoveredJournal journal = recoverOne(root)) {
            assertThat(drain(journal)).singleElement().satisfies(call -> {
                assertThat(call.open().callId()).isEqualTo(UNTOUCHED);
                assertThat(call.close().reason()).isEqualTo(CallReason.INTERRUPTED);
            });
        }
        try (RecoveredJournal journal = recoverOne(root)) {
            assertThat(journal.interrupted()).isZero();
            assertThat(drain(journal)).hasSize(1);
        }
    }

    @Test
    void rebuildsDamagedCarryOverFromOlderSegmentsAndReportsItWhenTheyAreGone() throws Exception {
        Path root = root("dead");
        long second;
        try (DeadJournal dead = new DeadJournal(root)) {
            dead.write(Records.open(DONE), Records.attempt(DONE));
            dead.nextSegment();
            second = dead.end();
            dead.write(Records.close(DONE));
        }
        recoverOne(root).close();
        Path carryOver = root.resolve(DeadJournal.ID.toString()).resolve(Format.carryOverName(second));
        assertThat(carryOver).exists();
        flip(carryOver, Format.HEADER_BYTES + 30);
        try (RecoveredJournal journal = recoverOne(root);
                Drain drain = journal.drain(second)) {
            assertThat(drain.next(10).calls()).hasSize(1);
        }
        assertThat(carryOver).exists();
        Files.delete(segment(root, 0));
        try (RecoveredJournal journal = recoverOne(root);
                Drain drain = journal.drain(second)) {
            assertThat(drain.next(10).calls()).hasSize(1);
            assertThat(journal.orphans()).isZero();
        }
        flip(carryOver, Format.HEADER_BYTES + 30);
        try (RecoveredJournal journal = recoverOne(root)) {
            assertThat(journal.orphans()).isEqualTo(1);
        }
    }

    @Test
    void refusesJournalOfLaterFormatAndLeavesItUntouched() throws Exception {
        Path root = root("dead");
        Path segment;
        try (DeadJournal dead = new DeadJournal(root)) {
            writeThreeCalls(dead);
            segment = dead.segment();
        }
        byte[] bytes = Files.readAllBytes(segment);
        ByteBuffer header = ByteBuffer.wrap(bytes);
        header.putInt(8, 2);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, Format.HEADER_BYTES - 4);
        header.putInt(Format.HEADER_BYTES - 4, (int) crc.getValue());
        Files.write(segment, bytes);
        RecoveryReport report = Recovery.recover(root, RATING);
        assertThat(report.recovered()).isEmpty();
        assertThat(report.refused()).singleElement().satisfies(refused -> {
            assertThat(refused.journalId()).isEqualTo(DeadJournal.ID);
            assertThat(refused.why()).contains("format 2").contains("this program knows format 1");
        });
        assertThat(segment).hasBinaryContent(bytes);
    }

    @Test
    void putsDrainedJournalAwayUntilItsTimeIsOver() throws Exception {
        Path root = root("dead");
        try (DeadJournal dead = new DeadJournal(root)) {
            writeThreeCalls(dead);
        }
        RecoveredJournal journal = recoverOne(root);
        assertThatIllegalStateException().isThrownBy(journal::finish).withMessageContaining("settle the rest");
        List<FinishedCall> calls = drain(journal);
        journal.finish();
        assertThat(Recovery.recover(root, RATING).recovered()).isEmpty();
        assertThat(Recovery.drained(root)).containsExactly(DeadJournal.ID);

        RecoveredJournal again = Recovery.reopen(root, DeadJournal.ID, RATING);
        if (again == null) {
            throw new AssertionError("a journal that was put away cannot be opened again");
        }
        assertThat(drain(again)).isEqualTo(calls);
        again.finish();

        assertThat(Recovery.deleteDrained(root, Instant.now().minus(Duration.ofHours(1))))
                .isZero();
        assertThat(Recovery.deleteDrained(root, Instant.now().plus(Duration.ofHours(1))))
                .isEqualTo(1);
        assertThat(DeadJournal.list(root)).isEmpty();
    }

    @Test
    void recoversJournalThatDiedBeforeItsFirstSegment() throws Exception {
        Path root = root("dead");
        Path directory = Files.createDirectories(root.resolve(DeadJournal.ID.toString()));
        Files.createFile(directory.resolve("lock"));
        RecoveredJournal journal = recoverOne(root);
        assertThat(journal.end()).isZero();
        assertThat(drain(journal)).isEmpty();
        journal.finish();
    }

    @Test
    void findsNothingWhereThereIsNothing() throws Exception {
        Path root = temporary.resolve("none");
        assertThat(Recovery.recover(root, RATING)).isEqualTo(new RecoveryReport(List.of(), List.of(), List.of()));
    }

    private static void writeThreeCalls(DeadJournal dead) throws IOException {
        dead.write(
                Records.open(DONE),
                Records.attempt(DONE),
                Records.open(CUT_OFF),
                Records.checkpoint(DONE, 5),
                Records.close(DONE),
                Records.attempt(CUT_OFF),
                Records.extend(CUT_OFF),
                Records.checkpoint(CUT_OFF, 4),
                Records.open(UNTOUCHED),
                Records.checkpoint(CUT_OFF, 9));
    }

    private Path root(String name) throws IOException {
        return Files.createDirectories(temporary.resolve(name));
    }

    private static RecoveredJournal recoverOne(Path root) throws IOException {
        FaultyDisk disk = new FaultyDisk();
        disk.hasty = true;
        RecoveryReport report = Recovery.recover(root, RATING, disk);
        assertThat(report.refused()).isEmpty();
        assertThat(report.recovered()).hasSize(1);
        return report.recovered().getFirst();
    }

    private static List<FinishedCall> drain(RecoveredJournal journal) throws IOException {
        List<FinishedCall> calls = new ArrayList<>();
        try (Drain drain = journal.drain(0)) {
            for (DrainBatch batch = drain.next(2); batch.to() > batch.from(); batch = drain.next(2)) {
                calls.addAll(batch.calls());
                drain.drained(batch.to());
            }
            assertThat(drain.position()).isEqualTo(journal.end());
            assertThat(drain.openCalls()).isZero();
        }
        return calls;
    }

    private Map<UUID, FinishedCall> finished(Path root) throws IOException {
        Path copy = temporary.resolve("truth");
        DeadJournal.copy(root, copy);
        Map<UUID, FinishedCall> finished = new HashMap<>();
        try (RecoveredJournal journal = recoverOne(copy)) {
            for (FinishedCall call : drain(journal)) {
                finished.put(call.open().callId(), call);
            }
        }
        DeadJournal.delete(copy);
        return finished;
    }

    private static FinishedCall required(Map<UUID, FinishedCall> calls, UUID id) {
        FinishedCall call = calls.get(id);
        if (call == null) {
            throw new AssertionError("no call " + id);
        }
        return call;
    }

    private static void assertTrueOrInterrupted(List<FinishedCall> calls, Map<UUID, FinishedCall> truth) {
        assertThat(calls).extracting(call -> call.open().callId()).doesNotHaveDuplicates();
        for (FinishedCall call : calls) {
            FinishedCall original = required(truth, call.open().callId());
            assertThat(call.open()).isEqualTo(original.open());
            if (call.close().reason() != CallReason.INTERRUPTED) {
                assertThat(call).isEqualTo(original);
            }
            assertThat(call.close().chargeNanos())
                    .isLessThanOrEqualTo(original.close().chargeNanos());
        }
    }

    private Path flip(Path root, long first, long at) throws IOException {
        Path flipped = temporary.resolve("flipped");
        DeadJournal.copy(root, flipped);
        flip(segment(flipped, first), at);
        return flipped;
    }

    private static void flip(Path file, long at) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1 << at % 8));
            channel.write(one.flip(), at);
        }
    }

    private static Path segment(Path root, long first) {
        return root.resolve(DeadJournal.ID.toString()).resolve(Format.segmentName(first));
    }

    private static void assertSameFiles(Path expected, Path actual) throws IOException {
        Path left = expected.resolve(DeadJournal.ID.toString());
        Path right = actual.resolve(DeadJournal.ID.toString());
        assertThat(DeadJournal.list(right).stream().map(Path::getFileName))
                .isEqualTo(
                        DeadJournal.list(left).stream().map(Path::getFileName).toList());
        for (Path file : DeadJournal.list(left)) {
            assertThat(right.resolve(file.getFileName())).hasSameBinaryContentAs(file);
        }
    }
}
