package io.souk.gateway.journal;

import io.souk.support.Allocations;
import io.souk.support.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What a call writes to the journal: opened, tried, closed. The journal is real and on the disk. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JournalBenchmark {
    private static final int CALLS = 1_000;

    private final Path root = folder();
    private final Journal journal = open(root);
    private long number;

    @Test
    void keepsToItsAllocations() throws Exception {
        Allocations.keepWithin(JournalBenchmark.class, Map.of("call", 1_200));
    }

    /** Waits once for a thousand calls; an acknowledgement comes in the order of the records. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long call() throws JournalRefused {
        for (int i = 1; i < CALLS; i++) {
            var id = Records.call(number++);
            append(Records.open(id));
            append(Records.attempt(id));
            append(Records.close(id));
        }
        var last = Records.call(number++);
        append(Records.open(last));
        append(Records.attempt(last));
        return Acks.append(journal, Records.close(last));
    }

    private void append(JournalRecord record) throws JournalRefused {
        if (journal.append(record, Ack.NONE) instanceof Outcome.Refused(Refusal refusal)) {
            throw new JournalRefused(refusal, null);
        }
    }

    @TearDown(Level.Trial)
    public void end() throws IOException {
        journal.close();
        Folders.delete(root);
    }

    private static Path folder() {
        try {
            return Folders.temporary("souk-journal-benchmark");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Journal open(Path root) {
        try {
            return Journal.open(
                    root,
                    JournalSettings.DEFAULTS.withFsyncEvery(Duration.ofMillis(50)),
                    InstantSource.fixed(Records.START));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
