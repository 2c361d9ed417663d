package io.souk.platform;

import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** Says which of the three ports is taken, and which setting moves it. */
@Order(Ordered.HIGHEST_PRECEDENCE)
class PortTakenAnalyzer extends AbstractFailureAnalyzer<PortInUseException> {
    private static final Map<String, String> SETTINGS = new TreeMap<>(Map.of(
            "server.port", "the portal, SERVER_PORT",
            "souk.gateway.port", "the gateway, SOUK_GATEWAY_PORT",
            "souk.models.port", "the house models, SOUK_MODELS_PORT"));

    private final Environment environment;

    PortTakenAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, PortInUseException cause) {
        String port = Integer.toString(cause.getPort());
        String whose = SETTINGS.entrySet().stream()
                .filter(setting -> port.equals(environment.getProperty(setting.getKey())))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("one of its servers");
        String[] parts = whose.split(", ");
        return new FailureAnalysis(
                "Port " + port + ", which " + parts[0] + " would listen on, is taken by another program.",
                "Stop that program" + (parts.length > 1 ? ", or set " + parts[1] + " to a free port." : "."),
                cause);
    }
}
