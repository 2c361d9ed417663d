package io.souk.gateway.http;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

class GatewayRefusedAnalyzer extends AbstractFailureAnalyzer<GatewayRefused> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, GatewayRefused cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), null, cause);
    }
}
