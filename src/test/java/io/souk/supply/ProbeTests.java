package io.souk.supply;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.souk.support.FakeBackend;
import io.souk.support.FreePorts;
import io.souk.support.SelfSigned;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeTests {
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    @Test
    void findsTheModelsOfAServer() throws Exception {
        try (FakeBackend backend = FakeBackend.http("/some/base", "key-1");
                BackendCalls calls = calls("", "127.0.0.0/8")) {
            assertThat(new Probe(calls).look(backend.baseUrl(), "key-1", DEADLINE))
                    .isInstanceOfSatisfying(
                            Look.Found.class,
                            found -> assertThat(found.models()).containsExactly("fake-1"));
            assertThat(backend.seen().getFirst().headers()).containsEntry("authorization", "Bearer key-1");
        }
    }

    @Test
    void saysThatTheCredentialIsRefused() throws Exception {
        try (FakeBackend backend = FakeBackend.http("/v1", "key-1");
                BackendCalls calls = calls("", "127.0.0.0/8")) {
            assertThat(problem(calls, backend.baseUrl(), "wrong")).contains("refuses this credential (status 401)");
            assertThat(problem(calls, backend.baseUrl(), null)).contains("requests without a credential");
        }
    }

    @Test
    void saysThatAWebPageCameInsteadOfJson() throws Exception {
        assertThat(answered(200, "text/html", "<!doctype html><h1>Sign in</h1>"))
                .contains("a web page instead of JSON (status 200)");
        assertThat(answered(502, "text/html", "<h1>Bad gateway</h1>")).contains("a web page instead of JSON");
    }

    @Test
    void saysThatTheAnswerIsNoJsonOrNoList() throws Exception {
        assertThat(answered(200, "text/plain", "Ollama is running")).contains("no JSON (text/plain)");
        assertThat(answered(200, "application/json", "{\"hello\":1}")).contains("no list of models");
        assertThat(answered(200, "application/json", "")).contains("answered nothing");
    }

    @Test
    void repeatsTheServersOwnWordsForAnyOtherStatus() throws Exception {
        assertThat(answered(429, "application/json", "{\"error\":{\"message\":\"Slow down\"}}"))
                .contains("status 429: Slow down");
        assertThat(answered(404, "application/json", "{}")).contains("mostly /v1");
        assertThat(answered(301, "application/json", "")).contains("redirects elsewhere");
    }

    @Test
    void takesTheCredentialOutOfTheServersOwnWords() throws Exception {
        assertThat(answered(
                        500, "application/json", "{\"error\":{\"message\":\"bad key sk-secret-1\"}}", "sk-secret-1"))
                .contains("status 500: bad key ***********")
                .doesNotContain("sk-secret-1");
        assertThat(answered(500, "application/json", "{\"error\":{\"message\":\"got Bearer sek\"}}", "sek"))
                .contains("status 500: got **********");
    }

    @Test
    void givesUpAtTheDeadlineHoweverSlowlyTheServerDrips() throws Exception {
        HttpServer dripping = server(exchange -> {
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                for (int i = 0; i < 1_000; i++) {
                    out.write(' ');
                    out.flush();
                    if (Thread.interrupted()) {
                        return;
                    }
                    java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
                }
            }
        });
        try (BackendCalls calls = calls("", "127.0.0.0/8")) {
            long begun = System.nanoTime();
            Look look = new Probe(calls).look(address(dripping), null, Duration.ofMillis(400));
            assertThat(look)
                    .isInstanceOfSatisfying(
                            Look.Failed.class,
                            failed -> assertThat(failed.problem())
                                    .contains("did not finish its answer within 400 milliseconds"));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
        } finally {
            dripping.stop(0);
        }
    }

    @Test
    void givesUpOnAServerThatAcceptsAndSaysNothing() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                BackendCalls calls = calls("", "127.0.0.0/8")) {
            Look look = new Probe(calls)
                    .look(URI.create("http://127.0.0.1:" + mute.getLocalPort() + "/v1"), null, Duration.ofMillis(300));
            assertThat(look)
                    .isInstanceOfSatisfying(
                            Look.Failed.class,
                            failed -> assertThat(failed.problem()).contains("within 300 milliseconds"));
        }
    }

    @Test
    void saysThatNothingListens() throws Exception {
        try (BackendCalls calls = calls("", "127.0.0.0/8")) {
            int port = FreePorts.next();
            assertThat(problem(calls, URI.create("http://127.0.0.1:" + port + "/v1"), null))
                    .isEqualTo("Nothing listens at 127.0.0.1:" + port + ". Check the port, and that the server runs.");
        }
    }

    @Test
    void saysThatAPortDoesNotExist() throws Exception {
        try (BackendCalls calls = calls("", "127.0.0.0/8")) {
            assertThat(problem(calls, URI.create("http://127.0.0.1:99999/v1"), null))
                    .isEqualTo("Port 99999 does not exist; ports go from 1 to 65535.");
            assertThat(calls.post(URI.create("http://127.0.0.1:0/v1"), "/embeddings", null, "{}", DEADLINE))
                    .isEqualTo(new BackendCalls.Unanswered("Port 0 does not exist; ports go from 1 to 65535."));
        }
    }

    @Test
    void callsNoForbiddenAddress() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = server(exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
        });
        try (BackendCalls calls = calls("")) {
            assertThat(problem(calls, address(server), null)).contains("souk.supply.allowed-networks");
            assertThat(asked).hasValue(0);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void connectsToNoAddressThatANameMovedToAfterTheCheck() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = server(exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
        });
        AtomicInteger resolutions = new AtomicInteger();
        AddressRule rule = new AddressRule(List.of(), host -> new InetAddress[] {
            InetAddress.getByName(resolutions.getAndIncrement() == 0 ? "203.0.112.1" : "127.0.0.1")
        });
        try (BackendCalls calls = new BackendCalls(rule, properties(""))) {
            URI rebinding =
                    URI.create("http://rebinding.example:" + server.getAddress().getPort() + "/v1");
            assertThat(problem(calls, rebinding, null)).contains("private or loopback address");
            assertThat(resolutions).hasValue(2);
            assertThat(asked).hasValue(0);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void saysThatNobodyVouchesForACertificateAndCallsOnceItIsTrusted(@TempDir Path folder) throws Exception {
        SelfSigned certificate = SelfSigned.create();
        try (FakeBackend backend = FakeBackend.https(certificate, "/base/v1", "key-2")) {
            try (BackendCalls calls = calls("", "127.0.0.0/8")) {
                assertThat(problem(calls, backend.baseUrl(), "key-2")).contains("souk.gateway.trust");
            }
            Path trust = Files.writeString(folder.resolve("trust.pem"), certificate.pem());
            try (BackendCalls calls = calls(trust.toString(), "127.0.0.0/8")) {
                assertThat(new Probe(calls).look(backend.baseUrl(), "key-2", DEADLINE))
                        .isInstanceOf(Look.Found.class);
            }
        }
    }

    @Test
    void saysThatTheServerSpeaksPlainHttp() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                BackendCalls calls = calls("", "127.0.0.0/8")) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = plain.accept()) {
                    socket.getInputStream().read();
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(problem(calls, URI.create("https://127.0.0.1:" + plain.getLocalPort() + "/v1"), null))
                    .contains("speaks plain HTTP");
        }
    }

    private static String answered(int status, String type, String body) throws Exception {
        return answered(status, type, body, null);
    }

    private static String answered(
            int status, String type, String body, @org.jspecify.annotations.Nullable String credential)
            throws Exception {
        HttpServer server = server(exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", type);
            exchange.getResponseHeaders().set("location", "http://127.0.0.1:1/");
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        });
        try (BackendCalls calls = calls("", "127.0.0.0/8")) {
            return problem(calls, address(server), credential);
        } finally {
            server.stop(0);
        }
    }

    private static HttpServer server(com.sun.net.httpserver.HttpHandler handler) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        server.createContext("/", exchange -> {
            try (exchange) {
                handler.handle(exchange);
            }
        });
        server.start();
        return server;
    }

    private static URI address(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    }

    private static BackendCalls calls(String trust, String... allowed) {
        return new BackendCalls(new AddressRule(List.of(allowed)), properties(trust));
    }

    private static SupplyProperties properties(String trust) {
        return new SupplyProperties(List.of(), DEADLINE, DEADLINE, 4, DEADLINE, trust);
    }

    private static String problem(BackendCalls calls, URI uri, @org.jspecify.annotations.Nullable String credential) {
        Look look = new Probe(calls).look(uri, credential, DEADLINE);
        assertThat(look).isInstanceOf(Look.Failed.class);
        return look instanceof Look.Failed(String problem) ? problem : "";
    }
}
