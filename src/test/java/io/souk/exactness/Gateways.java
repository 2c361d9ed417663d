package io.souk.exactness;

import io.souk.support.FreePorts;
import io.souk.support.TestProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Gateways that are processes of their own: each keeps its port and its folder however often it is killed. */
final class Gateways implements AutoCloseable {
    private final Path folder;
    private final List<String> database;
    private final Map<Integer, TestProgram> running = new HashMap<>();
    private final Map<Integer, Duration> clocks = new HashMap<>();
    private final Map<String, String> settings = new HashMap<>();

    Gateways(Path folder, List<String> database) {
        this.folder = folder;
        this.database = database;
    }

    /** For those that start from now on. */
    Gateways with(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    /** Starts a new one; gives its port. */
    int start() {
        int port = FreePorts.next();
        startAgain(port);
        return port;
    }

    /** Starts so many at the same time, each with its clock ahead by that much; gives their ports. */
    List<Integer> start(Duration... clocksAhead) {
        List<Integer> ports = new ArrayList<>();
        for (Duration ahead : clocksAhead) {
            int port = FreePorts.next();
            clocks.put(port, ahead);
            launchAgain(port);
            ports.add(port);
        }
        ports.forEach(this::awaitReady);
        return ports;
    }

    /** Starts one on the port and the folder of one that ended. */
    void startAgain(int port) {
        running.put(port, program(port).start());
    }

    /** As {@link #startAgain}, without waiting for it. */
    void launchAgain(int port) {
        running.put(port, program(port).launch());
    }

    void awaitReady(int port) {
        running(port).awaitReady();
    }

    private TestProgram.Builder program(int port) {
        TestProgram.Builder builder = TestProgram.in(dataOf(port))
                .with("souk.roles", "gateway")
                .with("souk.gateway.port", Integer.toString(port))
                .with("souk.supply.allowed-networks", "127.0.0.0/8");
        database.forEach(
                pair -> builder.with(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1)));
        settings.forEach(builder::with);
        Duration ahead = clocks.getOrDefault(port, Duration.ZERO);
        return ahead.isZero() ? builder : builder.clockAheadBy(ahead);
    }

    Path dataOf(int port) {
        return folder.resolve("gateway-" + port);
    }

    private TestProgram running(int port) {
        return Objects.requireNonNull(running.get(port), "no gateway on port " + port);
    }

    void kill(int port) {
        running(port).kill();
    }

    int terminate(int port) {
        return running(port).terminate();
    }

    /** Asks it to stop, and returns at once. */
    void ask(int port) {
        running(port).ask();
    }

    /** Waits for its end and gives the exit status. */
    int awaitEnd(int port) {
        return running(port).awaitEnd();
    }

    /** Stops it as a debugger would, and lets it go on. */
    void signal(int port, String name) throws IOException, InterruptedException {
        run("kill", "-" + name, Long.toString(running(port).pid()));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + status);
        }
    }

    /** From now on this one can write no file beyond so many bytes; what stands there cannot be written anew either. */
    void limitFiles(int port, long bytes) throws IOException, InterruptedException {
        run("prlimit", "--pid", Long.toString(running(port).pid()), "--fsize=" + bytes + ":");
    }

    void limitFilesNoMore(int port) throws IOException, InterruptedException {
        run("prlimit", "--pid", Long.toString(running(port).pid()), "--fsize=unlimited:");
    }

    String output(int port) {
        return running(port).output();
    }

    /** The folders of its journals, alive and put away; oldest first. */
    List<Path> journals(int port) throws IOException {
        try (var all = Files.list(dataOf(port).resolve("journals"))) {
            return all.sorted().toList();
        }
    }

    /** The folder of the journal that it writes, or was writing when it was killed. */
    Path journal(int port) throws IOException {
        return journals(port).stream()
                .filter(folder -> folder.getFileName().toString().length() == 36)
                .toList()
                .getLast();
    }

    /** The file of its journal that it writes, or was writing. */
    Path lastSegment(int port) throws IOException {
        try (var all = Files.list(journal(port))) {
            return all.filter(file -> file.getFileName().toString().matches("seg-[0-9a-f]{16}\\.souk"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    @Override
    public void close() {
        running.values().forEach(TestProgram::close);
    }
}
