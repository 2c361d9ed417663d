package io.souk.gateway.journal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A process to be killed. It says on its standard output what it may rely on: {@code O n} and {@code C n} once the journal
 * has acknowledged, and {@code W to n n n} for a batch that was settled. A line that did not get out never happened.
 */
final class JournalChild {
    private static final int THREADS = 4;

    private JournalChild() {}

    static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[1]);
        if (arguments[0].equals("recover")) {
            RecoveryReport report = Recovery.recover(root, call -> InterruptedCharge.NOTHING);
            say("alive " + report.alive().size() + " recovered "
                    + report.recovered().size());
            return;
        }
        JournalSettings settings = JournalSettings.DEFAULTS
                .withFsyncEvery(Duration.ofMillis(Long.parseLong(arguments[2])))
                .withSegmentBytes(256 << 10)
                .withRetain(Duration.ZERO);
        try (Journal journal = Journal.open(root, settings, InstantSource.system())) {
            for (int thread = 0; thread < THREADS; thread++) {
                long base = thread * 1_000_000_000L;
                Thread.ofPlatform().start(() -> call(journal, base));
            }
            settle(journal);
        }
        // nobody killed us in time: the parent is gone
        Runtime.getRuntime().halt(4);
    }

    private static void call(Journal journal, long base) {
        try {
            for (long number = base; ; number++) {
                Acks.append(journal, Records.open(Records.call(number)));
                say("O " + number);
                if (ThreadLocalRandom.current().nextInt(4) != 0) {
                    Acks.append(journal, Records.checkpoint(Records.call(number), 3));
                }
                // some stay open; small segments have promises for a few hundred of them
                if (ThreadLocalRandom.current().nextInt(50) != 0) {
                    Acks.append(journal, Records.close(Records.call(number)));
                    say("C " + number);
                }
            }
        } catch (JournalRefused | IOException e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(3);
        }
    }

    private static void settle(Journal journal) throws IOException {
        try (Drain drain = journal.drain(0)) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (System.nanoTime() < deadline) {
                DrainBatch batch = drain.next(50);
                StringBuilder line = new StringBuilder("W " + batch.to());
                for (FinishedCall call : batch.calls()) {
                    line.append(' ').append(call.open().callId().getLeastSignificantBits());
                }
                if (batch.to() > batch.from()) {
                    say(line.toString());
                    drain.drained(batch.to());
                }
                Thread.onSpinWait();
            }
        }
    }

    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    // one write for a line: it gets out whole or, at the very end, in part and without its end
    private static synchronized void say(String line) throws IOException {
        OUT.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
