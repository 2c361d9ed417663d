package io.souk.gateway.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTests {
    private static final InstantSource CLOCK = InstantSource.fixed(Records.START);
    private static final JournalSettings SMALL = JournalSettings.DEFAULTS
            .withFsyncEvery(Duration.ofMillis(5))
            .withSegmentBytes(256 << 10)
            .withMaxBytes(8 << 20)
            .withRetain(Duration.ZERO);

    @TempDir
    private Path root;

    @Test
    void handsOutCallsInTheOrderInWhichTheyEnded() throws Exception {
        try (Journal journal = Journal.open(root, SMALL, CLOCK)) {
            UUID first = Records.call(1);
            UUID second = Records.call(2);
            Acks.append(journal, Records.open(first));
            Acks.append(journal, Records.open(second));
            Acks.append(journal, Records.attempt(first));
            Acks.append(journal, Records.extend(first));
            Acks.append(journal, Records.checkpoint(first, 3));
            Acks.append(journal, Records.close(second));
            Acks.append(journal, Records.close(first));
            try (Drain drain = journal.drain(0)) {
                List<FinishedCall> calls = drainAll(journal, drain, 2);
                assertThat(calls)
                        .containsExactly(
                                new FinishedCall(Records.open(second), List.of(), List.of(), Records.close(second)),
                                new FinishedCall(
                                        Records.open(first),
                                        List.of(Records.attempt(first)),
                                        List.of(Records.extend(first)),
                                        Records.close(first)));
                assertThat(drain.openCalls()).isZero();
            }
        }
    }

    @Test
    void writesTheFirstTryWithTheCallAndAcknowledgesBothAtOnce() throws Exception {
        try (Journal journal = Journal.open(root, SMALL, CLOCK)) {
            for (int i = 1; i <= 500; i++) {
                UUID call = Records.call(i);
                Acks ack = new Acks();
                assertThat(journal.enqueue(Records.open(call), Records.attempt(call), ack))
                        .isInstanceOf(Outcome.Accepted.class);
                journal.wake();
                ack.await();
                Acks.append(journal, Records.close(call));
            }
            try (Drain drain = journal.drain(0)) {
                assertThat(drainAll(journal, drain, 500))
                        .allSatisfy(call -> assertThat(call.attempts())
                                .containsExactly(Records.attempt(call.open().callId())));
            }
        }
    }

    @Test
    void takesTheFirstOfTwoCloses() throws Exception {
        try (Journal journal = Journal.open(root, SMALL, CLOCK)) {
            UUID call = Records.call(1);
            Acks.append(journal, Records.open(call));
            Acks.append(journal, Records.close(call));
            Acks.append(journal, Records.close(call));
            UUID other = Records.call(2);
            Acks.append(journal, Records.open(other));
            Acks.append(journal, Records.close(other));
            try (Drain drain = journal.drain(0)) {
                assertThat(drainAll(journal, drain, 2))
                        .extracting(finished -> finished.open().callId())
                        .containsExactly(call, other);
                assertThat(drain.orphans()).isEqualTo(1);
            }
        }
    }

    @Test
    void refusesCallThatIsOpenAlready() throws Exception {
        try (Journal journal = Journal.open(root, SMALL, CLOCK)) {
            Acks.append(journal, Records.open(Records.call(1)));
            assertThatThrownBy(() -> Acks.append(journal, Records.open(Records.call(1))))
                    .isInstanceOfSatisfying(
                            JournalRefused.class,
                            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.ALREADY_OPEN));
        }
    }

    @Test
    void resumesFromEveryWatermarkAcrossSegments() throws Exception {
        JournalSettings kept = SMALL.withRetain(Duration.ofHours(1));
        try (Journal journal = Journal.open(root, kept, CLOCK)) {
            UUID longest = Records.call(1_000_000);
            Acks.append(journal, Records.open(longest));
            fill(journal, 1, 2_000);
            Acks.append(journal, Records.close(longest));
            List<Long> watermarks = new ArrayList<>(List.of(0L));
            List<Integer> before = new ArrayList<>(List.of(0));
            List<FinishedCall> all = new ArrayList<>();
            try (Drain drain = journal.drain(0)) {
                await().atMost(Duration.ofSeconds(10)).until(() -> {
                    for (DrainBatch batch = drain.next(7); batch.to() > batch.from(); batch = drain.next(7)) {
                        assertThat(batch.from()).isEqualTo(watermarks.getLast());
                        all.addAll(batch.calls());
                        watermarks.add(batch.to());
                        before.add(all.size());
                        drain.drained(batch.to());
                    }
                    return all.size() == 2_001;
                });
            }
            assertThat(segments(journal)).hasSizeGreaterThan(2);
            assertThat(all.getLast().open()).isEqualTo(Records.open(longest));
            for (int i = 0; i < watermarks.size(); i += 13) {
                try (Drain again = journal.drain(watermarks.get(i))) {
                    assertThat(drainAll(journal, again, all.size() - before.get(i)))
                            .isEqualTo(all.subList(before.get(i), all.size()));
                }
            }
        }
    }

    @Test
    void deletesDrainedSegmentsAndStillKnowsTheCallsThatBeganThere() throws Exception {
        JournalSettings settings = SMALL;
        InstantSource[] now = {CLOCK};
        try (Journal journal = Journal.open(root, settings, () -> now[0].instant())) {
            UUID longest = Records.call(1_000_000);
            Acks.append(journal, Records.open(longest));
            Acks.append(journal, Records.attempt(longest));
            fill(journal, 1, 2_000);
            long watermark;
            try (Drain drain = journal.drain(0)) {
                drainAll(journal, drain, 2_000);
                watermark = drain.position();
                now[0] = InstantSource.fixed(Records.START.plusSeconds(1));
                drain.drained(watermark);
            }
            assertThat(segments(journal)).hasSize(1);
            assertThat(Files.exists(segments(journal).getFirst())).isTrue();
            assertThatThrownBy(() -> journal.drain(0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no longer holds position 0");
            Acks.append(journal, Records.close(longest));
            try (Drain resumed = journal.drain(watermark)) {
                assertThat(resumed.openCalls()).isEqualTo(1);
                assertThat(drainAll(journal, resumed, 1))
                        .containsExactly(new FinishedCall(
                                Records.open(longest),
                                List.of(Records.attempt(longest)),
                                List.of(),
                                Records.close(longest)));
            }
        }
    }

    @Test
    void keepsSegmentsThatAreNotDrainedOrNotOldEnough() throws Exception {
        InstantSource[] now = {CLOCK};
        try (Journal journal = Journal.open(root, SMALL.withRetain(Duration.ofHours(1)), () -> now[0].instant())) {
            fill(journal, 1, 2_000);
            int before = segments(journal).size();
            try (Drain drain = journal.drain(0)) {
                drainAll(journal, drain, 2_000);
                now[0] = InstantSource.fixed(Records.START.plus(Duration.ofMinutes(59)));
                drain.drained(drain.position());
                assertThat(segments(journal)).hasSize(before);
                now[0] = InstantSource.fixed(Records.START.plus(Duration.ofMinutes(61)));
                drain.drained(0);
                assertThat(segments(journal)).hasSize(before);
                drain.drained(drain.position());
                assertThat(segments(journal)).hasSize(1);
                assertThatIllegalArgumentException().isThrownBy(() -> drain.drained(drain.position() + 1));
            }
        }
    }

    /** A busy gateway settles in an hour what fills its journal: it must not refuse calls to keep what is settled. */
    @Test
    void letsGoOfSettledSegmentsBeforeTheirTimeWhereNewCallsNeedTheRoom() throws Exception {
        JournalSettings narrow = SMALL.withMaxBytes(1 << 20).withRetain(Duration.ofHours(24));
        AtomicReference<Instant> now = new AtomicReference<>(Records.START);
        try (Journal journal = Journal.open(root, narrow, now::get);
                Drain drain = journal.drain(0)) {
            for (int round = 0; round < 20; round++) {
                fill(journal, 1 + round * 500, 500);
                drainAll(journal, drain, 500);
                now.set(now.get().plus(Duration.ofMinutes(11)));
                drain.drained(drain.position());
            }
            assertThat(drain.position()).as("bytes written").isGreaterThan(3 << 20);
            assertThat(journal.health().usedBytes()).isLessThanOrEqualTo(1 << 20);
            assertThat(segments(journal)).as("what there is room for is kept").hasSizeGreaterThan(1);
        }
    }

    /** A PostgreSQL that fails over to a copy that was behind is settled again without loss, however full the journal is. */
    @Test
    void refusesNewCallsRatherThanForgettingTheLastTenMinutes() throws Exception {
        JournalSettings narrow = SMALL.withMaxBytes(1 << 20).withRetain(Duration.ofHours(24));
        AtomicReference<Instant> now = new AtomicReference<>(Records.START);
        try (Journal journal = Journal.open(root, narrow, now::get);
                Drain drain = journal.drain(0)) {
            int calls = 0;
            int drained = 0;
            JournalRefused refused = null;
            while (refused == null) {
                try {
                    Acks.append(journal, Records.open(Records.call(calls)));
                    Acks.append(journal, Records.close(Records.call(calls)));
                    calls++;
                } catch (JournalRefused full) {
                    refused = full;
                }
                if (calls % 100 == 0 || refused != null) {
                    drained += drainAll(journal, drain, calls - drained).size();
                    drain.drained(drain.position());
                }
            }
            assertThat(refused.refusal()).isEqualTo(Refusal.NO_SPACE);
            assertThat(calls).isGreaterThan(500);
            try (Drain again = journal.drain(0)) {
                assertThat(drainAll(journal, again, calls)).hasSize(calls);
            }
            now.set(now.get().plus(Duration.ofMinutes(11)));
            drain.drained(drain.position());
            Acks.append(journal, Records.open(Records.call(-1)));
        }
    }

    @Test
    void refusesWatermarkThatIsNone() throws Exception {
        try (Journal journal = Journal.open(root, SMALL, CLOCK)) {
            long position = Acks.append(journal, Records.open(Records.call(1)));
            assertThat(position).isZero();
            await().atMost(Duration.ofSeconds(10)).until(() -> journal.health().forced() > 0);
            assertThatThrownBy(() -> journal.drain(3))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no watermark");
            assertThatThrownBy(() -> journal.drain(1 << 20))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("set back to an earlier state");
        }
    }

    @Test
    void forcesBeforeEveryAcknowledgementWhenTold() throws Exception {
        try (Journal journal = Journal.open(root, SMALL.withFsyncEvery(Duration.ZERO), CLOCK)) {
            for (int i = 0; i < 20; i++) {
                long position = Acks.append(journal, Records.open(Records.call(i)));
                assertThat(journal.health().forced()).isGreaterThan(position);
            }
        }
    }

    @Test
    void writesEverythingThatWasAcceptedBeforeItCloses() throws Exception {
        List<Acks> acks = new ArrayList<>();
        Journal journal = Journal.open(root, SMALL.withFsyncEvery(Duration.ofSeconds(30)), CLOCK);
        for (int i = 0; i < 500; i++) {
            Acks ack = new Acks();
            acks.add(ack);
            assertThat(journal.append(Records.open(Records.call(i)), ack)).isInstanceOf(Outcome.Accepted.class);
        }
        journal.close();
        for (Acks ack : acks) {
            ack.await();
        }
        assertThat(journal.append(Records.close(Records.call(1)), Ack.NONE))
                .isEqualTo(new Outcome.Refused(Refusal.CLOSED));
    }

    private static void fill(Journal journal, long from, int calls) throws JournalRefused {
        Acks last = new Acks();
        for (long number : LongStream.range(from, from + calls).toArray()) {
            UUID call = Records.call(number);
            boolean lastOne = number == from + calls - 1;
            assertThat(journal.append(Records.open(call), Ack.NONE)).isInstanceOf(Outcome.Accepted.class);
            assertThat(journal.append(Records.close(call), lastOne ? last : Ack.NONE))
                    .isInstanceOf(Outcome.Accepted.class);
        }
        last.await();
    }

    /** Reads until so many calls were handed out; what is written becomes readable once it is forced. */
    static List<FinishedCall> drainAll(Journal journal, Drain drain, int expected) {
        List<FinishedCall> calls = new ArrayList<>();
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            for (DrainBatch batch = drain.next(100); batch.to() > batch.from(); batch = drain.next(100)) {
                calls.addAll(batch.calls());
            }
            return calls.size() >= expected;
        });
        return calls;
    }

    private List<Path> segments(Journal journal) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(journal.id().toString()))) {
            return files.filter(file -> Format.firstOf(file.getFileName().toString()) >= 0)
                    .sorted()
                    .toList();
        }
    }
}
