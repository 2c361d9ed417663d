package io.souk.exactness;

import io.souk.support.FreePorts;
import io.souk.support.TestProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Gateways that are processes of their own: each keeps its port and its folder however often it is killed. */
final class Gateways implements AutoCloseable {
    private final Path folder;
    private final List<String> database;
    private final Map<Integer, TestProgram> running = new HashMap<>();
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

    /** Starts one on the port and the folder of one that ended. */
    void startAgain(int port) {
        TestProgram.Builder builder = TestProgram.in(dataOf(port))
                .with("souk.roles", "gateway")
                .with("souk.gateway.port", Integer.toString(port))
                .with("souk.supply.allowed-networks", "127.0.0.0/8");
        database.forEach(
                pair -> builder.with(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1)));
        settings.forEach(builder::with);
        running.put(port, builder.start());
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

    /** Stops it as a debugger would, and lets it go on. */
    void signal(int port, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(running(port).pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    String output(int port) {
        return running(port).output();
    }

    /** The folders of its journals, alive and put away. */
    List<Path> journals(int port) throws IOException {
        try (var all = Files.list(dataOf(port).resolve("journals"))) {
            return all.toList();
        }
    }

    @Override
    public void close() {
        running.values().forEach(TestProgram::close);
    }
}
