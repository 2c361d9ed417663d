package io.souk.local;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

class LocalModeRefusedAnalyzer extends AbstractFailureAnalyzer<LocalModeRefused> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, LocalModeRefused cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), null, cause);
    }
}
