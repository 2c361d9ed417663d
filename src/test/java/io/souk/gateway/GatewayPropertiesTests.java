package io.souk.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class GatewayPropertiesTests {
    private static GatewayProperties bound(Map<String, String> given) {
        Map<String, String> named = new HashMap<>();
        given.forEach((key, value) -> named.put("souk.gateway." + key, value));
        return new Binder(new MapConfigurationPropertySource(named))
                .bindOrCreate("souk.gateway", GatewayProperties.class);
    }

    @Test
    void hasDefaultsThatWorkOnOneMachine() {
        GatewayProperties defaults = bound(Map.of());
        assertThat(defaults.bind()).isEqualTo("127.0.0.1");
        assertThat(defaults.port()).isEqualTo(8081);
        assertThat(defaults.maxBody()).isEqualTo(DataSize.ofMegabytes(4));
        assertThat(defaults.bodyTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(defaults.deadlines().firstByte()).isEqualTo(Duration.ofSeconds(60));
        assertThat(defaults.deadlines().idle()).isEqualTo(Duration.ofMinutes(2));
        assertThat(defaults.deadlines().total()).isEqualTo(Duration.ofMinutes(10));
        assertThat(defaults.maxConnections()).isEqualTo(256);
        assertThat(defaults.stopTimeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(defaults.trust()).isNull();
        assertThat(defaults.overload()).isEqualTo(new GatewayProperties.Overload(10_000, Duration.ofSeconds(1)));
        assertThat(defaults.routing())
                .isEqualTo(
                        new GatewayProperties.Routing(4, 20, 5, 50, Duration.ofSeconds(10), 3, Duration.ofSeconds(5)));
        assertThat(defaults.telemetry()).isEqualTo(new GatewayProperties.Telemetry(GatewayProperties.CallLogForm.TEXT));
    }

    @Test
    void takesEveryKey() {
        GatewayProperties set = bound(Map.ofEntries(
                Map.entry("bind", "0.0.0.0"),
                Map.entry("port", "1"),
                Map.entry("public-url", "https://api.example.org"),
                Map.entry("event-loops", "3"),
                Map.entry("max-body", "5KB"),
                Map.entry("body-timeout", "1s"),
                Map.entry("keep-alive", "2s"),
                Map.entry("connect-timeout", "3s"),
                Map.entry("first-byte-timeout", "4s"),
                Map.entry("idle-timeout", "5s"),
                Map.entry("total-timeout", "6s"),
                Map.entry("max-connections", "7"),
                Map.entry("max-waiting", "8"),
                Map.entry("stop-timeout", "9s"),
                Map.entry("snapshot-max-age", "10s"),
                Map.entry("default-output-cap", "11"),
                Map.entry("hold.slice-tokens", "12"),
                Map.entry("hold.slice-nanos", "13"),
                Map.entry("overload.max-calls", "12"),
                Map.entry("overload.max-lag", "13ms"),
                Map.entry("routing.max-tries", "14"),
                Map.entry("routing.breaker-window", "15"),
                Map.entry("routing.breaker-minimum", "16"),
                Map.entry("routing.breaker-percent", "17"),
                Map.entry("routing.breaker-open", "18s"),
                Map.entry("routing.breaker-probes", "19"),
                Map.entry("routing.report", "20s"),
                Map.entry("telemetry.call-log", "json"),
                Map.entry("journal.folder", "/j"),
                Map.entry("journal.fsync", "0s"),
                Map.entry("journal.segment", "1MB"),
                Map.entry("journal.max-size", "2MB"),
                Map.entry("journal.retain", "3h"),
                Map.entry("trust", "/t.pem")));
        assertThat(set)
                .isEqualTo(new GatewayProperties(
                        "0.0.0.0",
                        1,
                        URI.create("https://api.example.org"),
                        3,
                        DataSize.ofKilobytes(5),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6),
                        7,
                        8,
                        Duration.ofSeconds(9),
                        Duration.ofSeconds(10),
                        11,
                        new GatewayProperties.Hold(12, 13),
                        new GatewayProperties.Overload(12, Duration.ofMillis(13)),
                        new GatewayProperties.Routing(
                                14, 15, 16, 17, Duration.ofSeconds(18), 19, Duration.ofSeconds(20)),
                        new GatewayProperties.Telemetry(GatewayProperties.CallLogForm.JSON),
                        new GatewayProperties.Journal(
                                Path.of("/j"),
                                Duration.ZERO,
                                DataSize.ofMegabytes(1),
                                DataSize.ofMegabytes(2),
                                Duration.ofHours(3)),
                        Path.of("/t.pem")));
    }
}
