package io.souk.platform;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/** Says in one line why the program did not start, and what to do; the trace is there at debug level. */
class PlainFailureReporter implements FailureAnalysisReporter {
    private static final Logger log = LoggerFactory.getLogger(PlainFailureReporter.class);

    @Override
    public void report(FailureAnalysis analysis) {
        log.error("Souk did not start. {}", sentence(analysis));
        log.debug("The cause in full", analysis.getCause());
    }

    static String sentence(FailureAnalysis analysis) {
        String action = analysis.getAction();
        String text = analysis.getDescription() + (action == null || action.isBlank() ? "" : " " + action);
        return text.replaceAll("\\s+", " ").strip();
    }
}
