package io.souk.gateway.http;

import io.souk.gateway.GatewayProperties;
import io.souk.gateway.relay.Credential;
import io.souk.gateway.relay.Route;
import io.souk.kernel.Ids;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** A gateway on a free port in front of scripted backends. */
final class Gateways implements AutoCloseable {
    static final String CREDENTIAL = "sk-upstream-secret";
    static final String UPSTREAM_MODEL = "vendor/real-name";

    final FakeCalls calls = new FakeCalls();
    final GatewayServer server;
    final int port;

    private Gateways(Map<String, String> settings) {
        server = new GatewayServer(properties(settings), calls, calls, InstantSource.system());
        port = server.start();
    }

    static Gateways started(Map<String, String> settings, ScriptedBackend... backends) {
        Gateways made = new Gateways(settings);
        made.calls.routes = List.of(backends).stream().map(Gateways::route).toList();
        return made;
    }

    static GatewayProperties properties(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        all.put("souk.gateway.port", "0");
        settings.forEach((key, value) -> all.put("souk.gateway." + key, value));
        return new Binder(new MapConfigurationPropertySource(all))
                .bindOrCreate("souk.gateway", GatewayProperties.class);
    }

    static Route route(ScriptedBackend backend) {
        return route(backend.port());
    }

    static Route route(int port) {
        return route(port, CREDENTIAL);
    }

    static Route route(int port, String credential) {
        return new Route(
                Ids.next(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                "localhost",
                false,
                "/base/v1",
                UPSTREAM_MODEL,
                Credential.of(credential),
                new Route.Deadlines(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(20)));
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        server.stop();
    }
}
