package io.souk.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.gateway.dialect.JsonScanFuzz;
import io.souk.gateway.dialect.openai.ChatStreamFuzz;
import io.souk.gateway.dialect.openai.SplicingFuzz;
import io.souk.gateway.journal.JournalFuzz;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jazzer looks for bytes that break the scanner, the splicer, the reader of streams or the reader of journals, guided by
 * what of them is covered, for some seconds each; {@code -Dsouk.fuzz.seconds=600} looks longer. What it finds is printed
 * and left in {@code target/fuzz}.
 */
class FuzzTests {
    private static final Logger log = LoggerFactory.getLogger(FuzzTests.class);
    private static final int SECONDS = Integer.getInteger("souk.fuzz.seconds", 3);
    private static final long ENOUGH = 200;
    private static final Pattern EXECUTED = Pattern.compile("stat::number_of_executed_units:\\s+(\\d+)");

    private static final Pattern NEEDED = Pattern.compile("(jazzer|jackson|vertx-core|netty|slf4j|jspecify)-");

    private static final String EVENT = "data: {\"id\":\"c\",\"created\":7,\"model\":\"m\",\"choices\":[{\"index\":0,"
            + "\"delta\":{\"content\":\"a\\u00e9\"},\"finish_reason\":null}],\"usage\":null}\n\n";

    private record Target(Class<?> type, List<String> seeds) {
        @Override
        public String toString() {
            return type.getSimpleName();
        }
    }

    static Stream<Target> targets() {
        return Stream.of(
                new Target(
                        JsonScanFuzz.class,
                        List.of(
                                "x{\"model\" :"
                                        + " \"a\\/b\\u00e9\",\"usage\":{\"prompt_tokens\":-1.5e+3},\"list\":[[1,true]],"
                                        + "\"choices\":[{\"delta\":{\"content\":\"x\"}}]}",
                                "x{\"a\":[{}],\"b\":null}")),
                new Target(
                        SplicingFuzz.class,
                        List.of(
                                "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                                "{\"stream_options\":{\"include_usage\":false},\"model\":\"m\",\"messages\":[],"
                                        + "\"max_tokens\":9,\"stream\":true}",
                                "{\"messages\":[],\"max_completion_tokens\":900,\"n\":2,\"model\":\"m\"}")),
                new Target(
                        ChatStreamFuzz.class,
                        List.of(
                                "x" + EVENT + EVENT + "data: [DONE]\n\n",
                                "y: ping\n\n" + EVENT
                                        + "data:"
                                        + " {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}}\r\n\r\n"
                                        + "data: [DONE]\n\n",
                                "z" + EVENT + "data: {\"error\":{\"message\":\"no\"}}\n\n")),
                new Target(JournalFuzz.class, List.of("\0\0Px", "\1\5abcdefgh", "\1\1" + "q".repeat(120))));
    }

    @TempDir
    private Path folder;

    /** The fuzzer reads every library that it is given, so it gets no more than what these classes need. */
    private static String classPath() {
        String whole = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(whole.split(File.pathSeparator))
                .filter(entry -> !entry.endsWith(".jar")
                        || NEEDED.matcher(new File(entry).getName()).lookingAt())
                .collect(Collectors.joining(File.pathSeparator));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void findsNothingThatBreaksIt(Target target) throws Exception {
        Path corpus = Files.createDirectory(folder.resolve("corpus"));
        for (int i = 0; i < target.seeds.size(); i++) {
            Files.writeString(corpus.resolve("seed-" + i), target.seeds.get(i), StandardCharsets.ISO_8859_1);
        }
        long inputs = tried(target, corpus, SECONDS);
        if (inputs < ENOUGH) {
            log.info(
                    "{}: only {} inputs, for the machine has other things to do; once more, for longer",
                    target,
                    inputs);
            inputs = tried(target, corpus, SECONDS * 10);
        }
        assertThat(inputs).as("inputs that were tried").isGreaterThan(ENOUGH);
    }

    private long tried(Target target, Path corpus, int seconds) throws Exception {
        Path findings = Files.createDirectories(Path.of("target", "fuzz"));
        Path output = folder.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+EnableDynamicAgentLoading",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                classPath(),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type.getName(),
                "--instrumentation_includes=io.souk.gateway.**",
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.**",
                "--reproducer_path=" + findings,
                "-artifact_prefix=" + findings + "/",
                "-max_total_time=" + seconds,
                "-max_len=1024",
                "-rss_limit_mb=0",
                "-seed=20261128",
                "-print_final_stats=1",
                corpus.toString()));
        Process fuzzer = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = fuzzer.waitFor(seconds + 90L, TimeUnit.SECONDS);
        if (!ended) {
            fuzzer.destroyForcibly();
        }
        String said = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertThat(ended).as("the fuzzer ended in time:\n" + said).isTrue();
        assertThat(fuzzer.exitValue()).as(said).isZero();
        Matcher executed = EXECUTED.matcher(said);
        assertThat(executed.find()).as(said).isTrue();
        long inputs = Long.parseLong(executed.group(1));
        log.info("{}: {} inputs in {} s, nothing found", target, inputs, seconds);
        return inputs;
    }
}
