package io.souk.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs what a person would run in a terminal. */
final class Script {
    private Script() {}

    /** How a command ended. @param output what it wrote to standard output */
    record Ended(int status, String output, String errors) {
        boolean succeeded() {
            return status == 0;
        }

        /** What it wrote, after making sure that it succeeded. */
        String outputOfSuccess() {
            if (status != 0) {
                throw new AssertionError("it ended with " + status + ":\n" + output + errors);
            }
            return output;
        }
    }

    /** Whether a program of this name is on the path. */
    static boolean exists(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Runs it in a folder; one that takes longer than the limit is ended and did not succeed. */
    static Ended run(Path folder, Duration limit, List<String> command) {
        try {
            Path output = Files.createTempFile(folder, "output", ".txt");
            Path errors = Files.createTempFile(folder, "errors", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            // what the machine's own user calls by this name is no part of the sample
            builder.environment().keySet().removeIf(name -> name.startsWith("OPENAI_"));
            builder.environment().remove("SOUK_API_KEY");
            Process process = builder.start();
            boolean ended = process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                process.waitFor(10, TimeUnit.SECONDS);
            }
            return new Ended(
                    ended ? process.exitValue() : -1,
                    Files.readString(output),
                    Files.readString(errors) + (ended ? "" : "\nnot done within " + limit));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
