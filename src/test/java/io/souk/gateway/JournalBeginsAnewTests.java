package io.souk.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.catalog.OfferView;
import io.souk.catalog.Task;
import io.souk.kernel.Money;
import io.souk.kernel.TokenClass;
import io.souk.support.Behaviours;
import io.souk.support.FakeBackend;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** A gateway whose journal fails under it: it listens all the time, and says 503 until it has another. */
@SoukTest
class JournalBeginsAnewTests {
    @Autowired
    private ApplicationContext program;

    /** The thread that writes the only journal of this gateway. */
    private static Thread writer(SpareGateway spare) throws IOException {
        Set<String> journals;
        try (Stream<Path> folders = Files.list(spare.folder)) {
            journals = folders.map(folder -> "journal-" + folder.getFileName()).collect(Collectors.toSet());
        }
        List<Thread> writers = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> journals.contains(thread.getName()))
                .toList();
        assertThat(writers).hasSize(1);
        return writers.getFirst();
    }

    /** What is answered on a connection of its own, which must not be refused. */
    private static String answer(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String request(String method, String path, String key, String body) {
        return method + " " + path + " HTTP/1.1\r\nhost: souk\r\nconnection: close\r\nauthorization: Bearer " + key
                + "\r\ncontent-length: " + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void isAnswered503InTheMeantimeAndThenAsEver() throws Exception {
        Stall stall = new Stall(program);
        try (FakeBackend backend = FakeBackend.http("/v1", "backend-secret")) {
            backend.always(Behaviours.chat("Hi.", 40, 256));
            OfferView model = stall.model(Task.CHAT, Map.of(TokenClass.OUTPUT, 1_000_000L), backend.baseUrl());
            Stall.Customer customer =
                    stall.customer(new Money(1_000_000_000L, "USD")).subscribe(model);
            String key = customer.key();
            String chat = request(
                    "POST",
                    "/v1/chat/completions",
                    key,
                    "{\"model\":\"" + model.model() + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
            try (SpareGateway spare = new SpareGateway(program, null)) {
                assertThat(answer(spare.port, chat)).startsWith("HTTP/1.1 200");
                // closes whatever file it writes next, so that neither this write nor one to a new file succeeds
                writer(spare).interrupt();

                boolean failed = false;
                boolean healthTold = false;
                long until = System.nanoTime() + 60_000_000_000L;
                while (System.nanoTime() < until) {
                    String answered = answer(spare.port, chat);
                    assertThat(answered).containsPattern("^HTTP/1.1 (200|503) ");
                    if (answered.startsWith("HTTP/1.1 503")) {
                        failed = true;
                        assertThat(answered)
                                .containsIgnoringCase("retry-after: ")
                                .contains("\"code\":\"service_unavailable\"");
                        healthTold |= answer(spare.port, request("GET", "/health", key, ""))
                                .startsWith("HTTP/1.1 503");
                    } else if (failed) {
                        break;
                    }
                }
                assertThat(failed).as("the journal failed").isTrue();
                assertThat(healthTold).as("health said so").isTrue();
                assertThat(answer(spare.port, chat)).startsWith("HTTP/1.1 200");
                assertThat(answer(spare.port, request("GET", "/health", key, "")))
                        .startsWith("HTTP/1.1 200");
            }
        }
    }
}
