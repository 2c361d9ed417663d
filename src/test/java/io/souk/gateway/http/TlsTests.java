package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.souk.gateway.relay.Route;
import io.souk.support.FakeBackend;
import io.souk.support.SelfSigned;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backends over HTTPS: the certificate must be vouched for, by the public authorities or by the operator. */
class TlsTests {
    @TempDir
    Path folder;

    private static Route route(FakeBackend backend, String host) {
        Route plain = Gateways.route(backend.baseUrl().getPort());
        return new Route(
                plain.backendId(),
                plain.address(),
                host,
                true,
                plain.basePath(),
                plain.upstreamModel(),
                plain.credential(),
                plain.deadlines());
    }

    @Test
    void connectsOnlyToBackendsWhoseCertificateIsVouchedFor() throws IOException {
        SelfSigned certificate = SelfSigned.create();
        Path pem = Files.writeString(folder.resolve("backend.pem"), certificate.pem());
        try (FakeBackend backend = FakeBackend.https(certificate, "/base/v1", Gateways.CREDENTIAL);
                Gateways trusting = Gateways.started(Map.of("trust", pem.toString()));
                Gateways careful = Gateways.started(Map.of())) {
            trusting.calls.routes = List.of(route(backend, "localhost"));
            careful.calls.routes = trusting.calls.routes;

            assertThat(Wire.chat(trusting, Wire.CHAT).statusCode()).isEqualTo(200);
            assertThat(backend.seen().getFirst().path()).isEqualTo("/base/v1/chat/completions");
            HttpResponse<String> refused = Wire.chat(careful, Wire.CHAT);
            assertThat(refused.statusCode()).isEqualTo(502);
            assertThat(Wire.error(refused).path("message").stringValue()).contains("certificate");

            trusting.calls.routes = List.of(route(backend, "other.example"));
            assertThat(Wire.chat(trusting, Wire.CHAT).statusCode()).isEqualTo(502);
            assertThat(backend.seen()).hasSize(1);
        }
    }

    @Test
    void saysWhatIsWrongWithTheFileToTrust() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "nothing");
        for (Path wrong : List.of(empty, folder.resolve("absent.pem"))) {
            assertThatThrownBy(() -> Gateways.started(Map.of("trust", wrong.toString())))
                    .hasMessageContaining("souk.gateway.trust")
                    .hasMessageContaining(wrong.toString());
        }
    }

    @Test
    void saysThatThePortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Gateways.started(Map.of("port", Integer.toString(taken.getLocalPort()))))
                    .isInstanceOf(GatewayRefused.class)
                    .hasMessageContaining("the port is taken")
                    .hasMessageContaining("souk.gateway.port");
        }
    }
}
