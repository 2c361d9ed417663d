package io.souk.gateway.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States what one journal carries on this machine; fails only far below what a gateway needs. */
class JournalThroughputTests {
    private static final System.Logger LOG = System.getLogger(JournalThroughputTests.class.getName());
    private static final int CALLS = 100_000;
    private static final int THREADS = 2;

    @TempDir
    private Path root;

    @Test
    void carriesFarMoreRecordsThanOneGatewayMakes() throws Exception {
        LongAdder refused = new LongAdder();
        try (Journal journal = Journal.open(root, JournalSettings.DEFAULTS, InstantSource.system())) {
            calls(journal, 0, CALLS / 2, refused);
            long bytesBefore = journal.health().forced();
            long begin = System.nanoTime();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                long base = (t + 1) * 1_000_000_000L;
                threads.add(Thread.ofPlatform().start(() -> calls(journal, base, CALLS, refused)));
            }
            for (Thread thread : threads) {
                thread.join(TimeUnit.MINUTES.toMillis(2));
            }
            Acks last = new Acks();
            journal.append(Records.attempt(Records.call(1)), last);
            long bytes = last.await() - bytesBefore;
            double seconds = (System.nanoTime() - begin) / 1e9;
            int records = 3 * THREADS * CALLS;

            long[] nanos = new long[2_000];
            for (int i = 0; i < nanos.length; i++) {
                long start = System.nanoTime();
                Acks.append(journal, Records.attempt(Records.call(1)));
                nanos[i] = System.nanoTime() - start;
            }
            Arrays.sort(nanos);
            LOG.log(
                    System.Logger.Level.INFO,
                    String.format(
                            "journal: %,.0f appends/s, %d bytes/append, acknowledged alone in %d us (p50), %d us (p99)",
                            records / seconds,
                            bytes / records,
                            nanos[nanos.length / 2] / 1_000,
                            nanos[nanos.length * 99 / 100] / 1_000));
            assertThat(refused.sum()).isZero();
            assertThat(records / seconds).isGreaterThan(20_000);
        }
    }

    private static void calls(Journal journal, long base, int calls, LongAdder refused) {
        Semaphore running = new Semaphore(2_000);
        Ack closed = new Ack() {
            @Override
            public void written(long position) {
                running.release();
            }

            @Override
            public void failed(JournalRefused cause) {
                refused.increment();
                running.release();
            }
        };
        for (long number = base; number < base + calls; number++) {
            running.acquireUninterruptibly();
            append(journal, Records.open(Records.call(number)), Ack.NONE);
            append(journal, Records.checkpoint(Records.call(number), 7), Ack.NONE);
            append(journal, Records.close(Records.call(number)), closed);
        }
        running.acquireUninterruptibly(2_000);
    }

    private static void append(Journal journal, JournalRecord record, Ack ack) {
        while (journal.append(record, ack) instanceof Outcome.Refused) {
            Thread.onSpinWait();
        }
    }
}
