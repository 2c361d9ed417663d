package io.souk.infra;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.support.Folders;
import io.souk.support.TestProgram;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * How soon the packaged jar, started as {@code java -jar} on an empty data folder, answers a call of a house model, and
 * how much memory it then has. The promise is 15 seconds on two cores that have nothing else to do, and 700 MB. Where
 * others work on the machine (a load of 1 or more before the start) the time is up to theirs, so the test then allows
 * eight times as much; it prints which limit it held. {@code -Dsouk.starts=5} measures more often,
 * {@code -Dsouk.start-limit=15} holds it to the promise whatever else runs.
 */
@Isolated("it measures a start")
class StartAndMemoryIT {
    private static final Logger log = LoggerFactory.getLogger(StartAndMemoryIT.class);
    private static final int STARTS = Integer.getInteger("souk.starts", 1);
    private static final Duration PROMISE = Duration.ofSeconds(15);
    private static final Duration BESIDE_OTHERS = Duration.ofSeconds(120);
    private static final double QUIET = 1.0;
    private static final int MOST_MEGABYTES = 700;
    private static final Pattern PSS = Pattern.compile("(?m)^Pss: +(\\d+) kB");
    private static final String TEXT = "The river rose after three days of rain and flooded the lower town. Volunteers "
            + "carried sandbags to the school until midnight. By morning the water had stopped below the doors.";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    @Test
    void answersSoonAfterItsFirstStartAndStaysSmall() throws Exception {
        Path jar = PackagedJar.path();
        for (int start = 1; start <= STARTS; start++) {
            Path data = Folders.temporary("souk-start");
            double load = load();
            Duration limit = limit(load);
            long begin = System.nanoTime();
            try (TestProgram program = TestProgram.in(data).jar(jar).jvm().launch()) {
                Awaitility.await("the facts of the local mode")
                        .atMost(BESIDE_OTHERS)
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> Files.exists(data.resolve("local.json")));
                JsonNode facts = program.local();
                assertThat(chat(facts).body()).contains("\"usage\"");
                Duration took = Duration.ofNanos(System.nanoTime() - begin);
                Duration computed = ProcessHandle.of(program.pid())
                        .flatMap(process -> process.info().totalCpuDuration())
                        .orElse(Duration.ZERO);
                assertThat(embed(facts).body()).contains("\"usage\"");
                assertThat(http.send(
                                        HttpRequest.newBuilder(URI.create(program.portal() + "/models"))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(200);
                long souk = megabytes(program.pid());
                long postgres = descendants(program.pid())
                        .mapToLong(StartAndMemoryIT::megabytesOfItsOwn)
                        .sum();
                log.info(
                        "start {} of {}: first answer of a house model after {} ms and {} ms of processor time (held"
                            + " to {} s at a load of {} before), {} MB resident after a call to each model, PostgreSQL"
                            + " {} MB beside it",
                        start,
                        STARTS,
                        took.toMillis(),
                        computed.toMillis(),
                        limit.toSeconds(),
                        load,
                        souk,
                        postgres);
                assertThat(took).isLessThan(limit);
                assertThat(souk).as("megabytes of the program").isLessThan(MOST_MEGABYTES);
                assertThat(program.output().lines().filter(line -> line.contains("WARNING")))
                        .as("what the JVM has to complain of")
                        .isEmpty();
                assertThat(data.resolve("native/onnxruntime"))
                        .as("native libraries are unpacked once, and kept")
                        .isDirectory();
            }
        }
    }

    private HttpResponse<String> chat(JsonNode facts) throws IOException, InterruptedException {
        return call(
                facts,
                "/v1/chat/completions",
                "{\"model\":\"extractive-summariser\",\"messages\":[{\"role\":\"user\",\"content\":\"" + TEXT
                        + "\"}]}");
    }

    private HttpResponse<String> embed(JsonNode facts) throws IOException, InterruptedException {
        return call(facts, "/v1/embeddings", "{\"model\":\"all-minilm-l6-v2\",\"input\":\"" + TEXT + "\"}");
    }

    private HttpResponse<String> call(JsonNode facts, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(facts.path("gateway").asString() + path))
                        .timeout(Duration.ofSeconds(20))
                        .header(
                                "authorization",
                                "Bearer " + facts.path("apiKey").asString())
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static Stream<Long> descendants(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid);
    }

    /** Resident, as ps says it. */
    private static long megabytes(long pid) {
        try {
            Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
            String said = new String(ps.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
            return said.isBlank() ? 0 : Long.parseLong(said.strip()) / 1024;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** With what several processes share divided among them, where the system says it. */
    private static long megabytesOfItsOwn(long pid) {
        try {
            Matcher pss = PSS.matcher(Files.readString(Path.of("/proc/" + pid + "/smaps_rollup")));
            return pss.find() ? Long.parseLong(pss.group(1)) / 1024 : 0;
        } catch (IOException ended) {
            return megabytes(pid);
        }
    }

    /** Without a number of the load, as on some systems, nothing says that the machine is quiet. */
    private static Duration limit(double load) {
        Integer given = Integer.getInteger("souk.start-limit");
        if (given != null) {
            return Duration.ofSeconds(given);
        }
        return load >= 0 && load < QUIET ? PROMISE : BESIDE_OTHERS;
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
