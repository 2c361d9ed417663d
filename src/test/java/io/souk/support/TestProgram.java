package io.souk.support;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole program in a process of its own, as a person starts it: it can be asked over HTTP, stopped, killed and
 * started again on the same data. Without other arguments it runs in local mode, with its own PostgreSQL, on free ports.
 */
public final class TestProgram implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    /** The classes under test as one file, where the build has made it. */
    private static final Optional<String> JAR =
            Optional.ofNullable(System.getProperty("souk.test.jar")).filter(jar -> Files.exists(Path.of(jar)));

    private final Path data;
    private final Path output;
    private final Process process;
    private final int portalPort;
    private final boolean local;

    private TestProgram(Path data, Path output, Process process, int portalPort, boolean local) {
        this.data = data;
        this.output = output;
        this.process = process;
        this.portalPort = portalPort;
        this.local = local;
    }

    /** How to start it. */
    public static final class Builder {
        private final Path data;
        private final List<String> arguments = new ArrayList<>();
        private final List<String> jvmArguments =
                new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        private final Map<String, String> environment = new java.util.HashMap<>();
        private List<String> program = List.of("-cp", classPath(), "io.souk.Souk");

        private Builder(Path data) {
            this.data = data;
        }

        /** Adds {@code --name=value}. */
        public Builder with(String name, String value) {
            arguments.add("--" + name + "=" + value);
            return this;
        }

        /** Uses this database instead of a PostgreSQL of its own. */
        public Builder with(TestDatabase database) {
            arguments.addAll(List.of(database.arguments()));
            return this;
        }

        /** Sets an environment variable. */
        public Builder env(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** Gives the JVM these, instead of the quick start of a test. */
        public Builder jvm(String... given) {
            jvmArguments.clear();
            jvmArguments.addAll(List.of(given));
            return this;
        }

        /** Runs this jar instead of the classes under test, as {@code java -jar} with nothing else. */
        public Builder jar(Path jar) {
            program = List.of("-jar", jar.toString());
            return this;
        }

        /** Runs it on a machine whose clock is wrong by this much; negative where it is behind. */
        public Builder clockAheadBy(Duration ahead) {
            jvmArguments.add("-D" + ShiftedClock.AHEAD + "=" + ahead);
            program = List.of(
                    "-cp", classPath() + File.pathSeparator + alone(ShiftedClock.class), ShiftedClock.class.getName());
            return this;
        }

        /** A folder with this class and no other test. */
        private static Path alone(Class<?> type) {
            String file = type.getName().replace('.', '/') + ".class";
            try (InputStream bytes =
                    Objects.requireNonNull(type.getClassLoader().getResourceAsStream(file), file)) {
                Path folder = Files.createTempDirectory("souk-test-class");
                Path copy = folder.resolve(file);
                Files.createDirectories(Objects.requireNonNull(copy.getParent()));
                Files.copy(bytes, copy);
                copy.toFile().deleteOnExit();
                return folder;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Starts it and returns at once. */
        public TestProgram launch() {
            int portal = portOr("server.port");
            portOr("souk.gateway.port");
            portOr("souk.models.port");
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            if (!program.contains("-jar")) {
                command.add("--enable-native-access=ALL-UNNAMED");
                command.addAll(archive());
            }
            command.addAll(jvmArguments);
            command.addAll(program);
            command.add("--souk.data=" + data);
            command.addAll(arguments);
            try {
                Path output = Files.createTempFile("souk-test-program", ".log");
                output.toFile().deleteOnExit();
                ProcessBuilder builder =
                        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
                List.of("SOUK_DATABASE_URL", "STRIPE_SECRET_KEY", "SOUK_MAIL_URL", "JAVA_TOOL_OPTIONS")
                        .forEach(builder.environment()::remove);
                builder.environment().putAll(environment);
                Process process = builder.start();
                Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "test-program-end"));
                return new TestProgram(data, output, process, portal, isLocal());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Starts it and waits until it is healthy and, in local mode, has written {@code local.json}. */
        public TestProgram start() {
            return launch().awaitReady();
        }

        private boolean isLocal() {
            return !environment.containsKey("SOUK_DATABASE_URL")
                    && arguments.stream().noneMatch(one -> one.startsWith("--souk.database.url="));
        }

        private int portOr(String name) {
            String prefix = "--" + name + "=";
            for (String argument : arguments) {
                if (argument.startsWith(prefix)) {
                    return Integer.parseInt(argument.substring(prefix.length()));
                }
            }
            int port = FreePorts.next();
            with(name, Integer.toString(port));
            return port;
        }

        private static String classPath() {
            String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
            return Arrays.stream(classPath.split(File.pathSeparator))
                    .map(entry -> entry.endsWith("/") ? entry.substring(0, entry.length() - 1) : entry)
                    .filter(entry -> !entry.endsWith("test-classes"))
                    .map(entry -> JAR.isPresent() && entry.endsWith("/classes") ? JAR.get() : entry)
                    .collect(Collectors.joining(File.pathSeparator));
        }

        /**
         * The first program to end writes down how its classes were loaded, the next ones then start in half the time
         * (JEP 350). The JVM makes the file again where the class path has changed; it takes no class from a folder.
         */
        private static List<String> archive() {
            return JAR.map(jar -> List.of(
                            "-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + jar + ".jsa", "-Xlog:disable"))
                    .orElse(List.of());
        }
    }

    /** One that keeps its data in this folder. */
    public static Builder in(Path data) {
        return new Builder(data);
    }

    /** Waits until it is ready. */
    public TestProgram awaitReady() {
        Awaitility.await("the program's start; its output is\n" + tail())
                .atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException(
                                "the program ended with " + process.exitValue() + ":\n" + tail());
                    }
                    return output().contains(local ? "Souk is ready" : "Started Souk");
                });
        return this;
    }

    /** What the program wrote to its standard output and error so far. */
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String tail() {
        return output().lines().skip(Math.max(0, output().lines().count() - 40)).collect(Collectors.joining("\n"));
    }

    /** What local mode wrote to {@code local.json}. */
    public JsonNode local() {
        try {
            return JsonMapper.builder().build().readTree(Files.readString(data.resolve("local.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The portal's origin. */
    public String portal() {
        return "http://localhost:" + portalPort;
    }

    /** Asks it to stop as {@code kill} does, and returns at once. */
    public void ask() {
        process.destroy();
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Kills it as {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Asks it to stop as {@code kill} does, waits for the end, and gives the exit status. */
    public int terminate() {
        process.destroy();
        return awaitEnd();
    }

    /** Waits for its end and gives the exit status. */
    public int awaitEnd() {
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the program did not end within " + STOP_LIMIT + ":\n" + tail());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            terminate();
        }
    }
}
