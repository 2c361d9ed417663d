package io.souk.gateway.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.kernel.CallReason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that are killed at any instruction, and processes that are not dead. */
class JournalKillTests {
    @TempDir
    private Path root;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void losesNothingThatWasAcknowledgedAndSettlesEveryCallOnce(int seed) throws Exception {
        Random random = new Random(seed);
        Said said = new Said();
        Process child = start("append", seed % 2 == 0 ? "0" : "5");
        try (BufferedReader lines = output(child)) {
            int until = 2_000 + random.nextInt(8_000);
            for (int i = 0; i < until; i++) {
                said.hear(lines.readLine());
            }
            // unlike the process itself, its handle leaves what the child has said readable
            child.toHandle().destroyForcibly();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.hear(line);
            }
        }
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(said.closed).isNotEmpty();

        RecoveryReport report = Recovery.recover(root, call -> InterruptedCharge.NOTHING);
        assertThat(report.refused()).isEmpty();
        assertThat(report.alive()).isEmpty();
        RecoveredJournal journal = report.recovered().getFirst();
        assertThat(journal.quarantined()).isEmpty();
        Map<Long, CallReason> settled = new HashMap<>(said.settled);
        try (Drain drain = journal.drain(said.watermark)) {
            for (DrainBatch batch = drain.next(100); batch.to() > batch.from(); batch = drain.next(100)) {
                for (FinishedCall call : batch.calls()) {
                    long number = call.open().callId().getLeastSignificantBits();
                    assertThat(settled.put(number, call.close().reason()))
                            .as("call %d was settled before", number)
                            .isNull();
                }
                drain.drained(batch.to());
            }
        }
        assertThat(settled.keySet()).containsAll(said.opened);
        for (long number : said.closed) {
            assertThat(settled).containsEntry(number, CallReason.COMPLETED);
        }
        assertThat(settled.size() - said.opened.size())
                .as("calls whose acknowledgement was on its way")
                .isBetween(0, 4);
        journal.finish();
    }

    @Test
    void leavesJournalsAloneWhoseOwnerLives() throws Exception {
        try (Journal journal = Journal.open(root, JournalSettings.DEFAULTS, InstantSource.system())) {
            Acks.append(journal, Records.open(Records.call(1)));
            // looking at our own lock must not lose it
            assertThat(Recovery.recover(root, call -> InterruptedCharge.NOTHING).alive())
                    .containsExactly(journal.id());
            Process child = start("recover", "");
            try (BufferedReader lines = output(child)) {
                assertThat(lines.readLine()).isEqualTo("alive 1 recovered 0");
            }
            assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        RecoveryReport report = Recovery.recover(root, call -> InterruptedCharge.NOTHING);
        assertThat(report.recovered()).hasSize(1);
        assertThat(report.recovered().getFirst().interrupted()).isEqualTo(1);
        report.recovered().getFirst().close();
    }

    private static final class Said {
        private final Set<Long> opened = new HashSet<>();
        private final List<Long> closed = new ArrayList<>();
        private final Map<Long, CallReason> settled = new HashMap<>();
        private long watermark;

        void hear(String line) {
            if (line == null) {
                throw new AssertionError("the child ended by itself");
            }
            String[] words = line.split(" ");
            switch (words[0]) {
                case "O" -> opened.add(Long.valueOf(words[1]));
                case "C" -> closed.add(Long.valueOf(words[1]));
                case "W" -> {
                    watermark = Long.parseLong(words[1]);
                    for (int i = 2; i < words.length; i++) {
                        assertThat(settled.put(Long.valueOf(words[i]), CallReason.COMPLETED))
                                .isNull();
                    }
                }
                default -> throw new AssertionError("the child said: " + line);
            }
        }
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                JournalChild.class.getName(),
                arguments[0],
                root.toString()));
        command.add(arguments[1]);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static BufferedReader output(Process child) {
        return new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII));
    }
}
