package io.souk.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.support.Folders;
import io.souk.support.FreePorts;
import io.souk.support.TestProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/** One installation from its first start to its end; the tests are its chapters, so they run in order. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LocalModeIT {
    private static Path data;
    private static TestProgram program;
    private static JsonNode facts;

    @BeforeAll
    static void startOnAnEmptyFolder() throws IOException {
        data = Folders.temporary("souk-local-mode");
        program = TestProgram.in(data).start();
        facts = program.local();
    }

    @AfterAll
    static void stop() {
        program.close();
    }

    @Test
    @Order(1)
    void writesWhatAPersonNeedsWhereOnlyItsOwnerReadsIt() throws IOException {
        Path file = data.resolve("local.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(facts.propertyNames())
                .containsExactly("portal", "gateway", "models", "mailbox", "admin", "customer", "apiKey");
        assertThat(facts.path("admin").propertyNames()).containsExactly("email", "password");
        assertThat(facts.path("gateway").asString()).doesNotEndWith("/v1");
        assertThat(facts.path("apiKey").asString()).startsWith("sk-souk-");
    }

    @Test
    @Order(2)
    void printsACurlLineThatWorksWhenPasted() throws Exception {
        String line = program.output()
                .lines()
                .filter(each -> each.startsWith("curl "))
                .findFirst()
                .orElseThrow();
        Process curl = new ProcessBuilder("sh", "-c", line.replaceFirst("^curl ", "curl -sS --fail-with-body -m 20 "))
                .redirectErrorStream(true)
                .start();
        String answer = new String(curl.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(curl.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(curl.exitValue()).as(answer).isZero();
        assertThat(answer).contains("\"chat.completion\"", "\"usage\"");
    }

    @Test
    @Order(3)
    void refusesASecondProcessOnTheSameDataInOneLine() {
        assertThat(refusal(TestProgram.in(data).launch()))
                .contains("in use by another running Souk (process " + program.pid() + ")");
    }

    @Test
    @Order(4)
    void saysInOneLineThatAPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(FreePorts.next(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(refusal(TestProgram.in(Folders.temporary("souk-port"))
                            .with("souk.gateway.port", Integer.toString(taken.getLocalPort()))
                            .launch()))
                    .contains("" + taken.getLocalPort(), "port is taken", "SOUK_GATEWAY_PORT");
        }
    }

    @Test
    @Order(5)
    void saysInOneLineThatItsFolderCannotBeWritten() throws IOException {
        Path file = Files.createTempFile("souk", "file");
        assertThat(refusal(TestProgram.in(file.resolve("data")).launch())).contains("cannot be written", "SOUK_DATA");
    }

    @Test
    @Order(6)
    void refusesToShowSimulatedPaymentsToANetwork() throws IOException {
        assertThat(refusal(TestProgram.in(Folders.temporary("souk-bind"))
                        .with("server.address", "0.0.0.0")
                        .launch()))
                .contains("payments are simulated", "SOUK_DEMO=true");
    }

    @Test
    @Order(7)
    void keepsEverythingAcrossAStop() throws Exception {
        List<ProcessHandle> children = children();
        assertThat(program.terminate()).isEqualTo(143);
        awaitEndOf(children);
        program = TestProgram.in(data).start();
        assertThat(program.local().path("apiKey")).isEqualTo(facts.path("apiKey"));
        assertThat(program.local().path("admin")).isEqualTo(facts.path("admin"));
        assertThat(models(program.local())).contains("all-minilm-l6-v2", "extractive-summariser");
    }

    @Test
    @Order(8)
    void recoversByItselfFromAKill() throws Exception {
        List<ProcessHandle> children = children();
        program.kill();
        awaitEndOf(children);
        program = TestProgram.in(data).start();
        assertThat(models(program.local())).contains("all-minilm-l6-v2", "extractive-summariser");
    }

    @Test
    @Order(9)
    void takesUpASeedThatWasKilledInTheMiddle() throws IOException {
        Path folder = Folders.temporary("souk-killed-seed");
        TestProgram killed = TestProgram.in(folder).launch();
        Awaitility.await()
                .atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> Files.exists(folder.resolve("seed.properties")));
        killed.kill();
        try (TestProgram next = TestProgram.in(folder).start()) {
            assertThat(next.local().path("apiKey").asString()).startsWith("sk-souk-");
        }
    }

    private static String refusal(TestProgram refused) {
        assertThat(refused.awaitEnd()).isEqualTo(1);
        List<String> said = refused.output()
                .lines()
                .filter(line -> !line.contains(" INFO "))
                .toList();
        assertThat(said).as("one line, no stack trace").hasSize(1);
        assertThat(said.getFirst()).contains("Souk did not start.");
        return said.getFirst();
    }

    private static String models(JsonNode local) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(local.path("gateway").asString() + "/v1/models"))
                                .header(
                                        "Authorization",
                                        "Bearer " + local.path("apiKey").asString())
                                .timeout(Duration.ofSeconds(20))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static List<ProcessHandle> children() {
        try (Stream<ProcessHandle> all =
                ProcessHandle.of(program.pid()).stream().flatMap(ProcessHandle::descendants)) {
            return all.toList();
        }
    }

    private static void awaitEndOf(List<ProcessHandle> processes) {
        Awaitility.await("nothing is left running")
                .atMost(Duration.ofSeconds(30))
                .until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }
}
