package io.souk.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Notes each test that did not run in a file, whose presence fails the build: a test that is skipped shows nothing. */
public final class SkippedTests implements TestExecutionListener {
    private static final AtomicBoolean BEGUN = new AtomicBoolean();

    private final Path file = Path.of(System.getProperty("souk.skipped", "target/skipped-tests.txt"));

    /** A process may be given its tests in several plans. */
    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        if (BEGUN.getAndSet(true)) {
            return;
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        note(test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            note(test, result.getThrowable().map(Throwable::getMessage).orElse(""));
        }
    }

    private synchronized void note(TestIdentifier test, String reason) {
        try {
            Files.writeString(
                    file,
                    test.getUniqueId() + ": " + reason + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
