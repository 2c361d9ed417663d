import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged program in local mode, all roles, with the PostgreSQL that it brings. */
final class Souk implements AutoCloseable {
    private static final long START_LIMIT = TimeUnit.SECONDS.toNanos(180);

    final int port;
    final Path data;
    final Database database;
    /** From its start until it was ready. */
    final double startSeconds;

    private final Path java;
    private final Path output;
    private final Process process;

    /** Starts it and waits until it is ready. */
    Souk(Path java, Path jar, Path data, List<String> jvm, int gateway, int portal, int models, List<String> settings)
            throws Exception {
        this.java = java;
        this.port = gateway;
        this.data = data;
        this.output = Files.createDirectories(data.getParent()).resolve("souk-" + System.nanoTime() + ".log");
        List<String> command = new ArrayList<>(List.of(java.toString(), "--enable-native-access=ALL-UNNAMED", "-Xmx1g"));
        command.addAll(jvm);
        command.addAll(List.of("-jar", jar.toString(), "--souk.data=" + data, "--server.port=" + portal,
                "--souk.gateway.port=" + gateway, "--souk.models.port=" + models,
                "--souk.gateway.max-connections=8192"));
        command.addAll(settings);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        List.of("SOUK_DATABASE_URL", "STRIPE_SECRET_KEY", "SOUK_MAIL_URL", "JAVA_TOOL_OPTIONS")
                .forEach(builder.environment()::remove);
        long begin = System.nanoTime();
        process = Processes.start(builder);
        while (!output().contains("Souk is ready")) {
            if (!process.isAlive() || System.nanoTime() - begin > START_LIMIT) {
                process.destroyForcibly();
                throw new IllegalStateException("Souk did not start:\n" + output());
            }
            Thread.sleep(50);
        }
        startSeconds = (System.nanoTime() - begin) / 1e9;
        Matcher found = Pattern.compile("PostgreSQL answers on port (\\d+)").matcher(output());
        if (!found.find()) {
            throw new IllegalStateException("PostgreSQL's port is not in the output:\n" + output());
        }
        database = new Database(data, Integer.parseInt(found.group(1)));
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    long pid() {
        return process.pid();
    }

    /** The gateway's process alone, which is also the portal, the worker and the house models. */
    double cpu() {
        return Processes.own(process.pid());
    }

    /** With PostgreSQL and whatever else it started. */
    double cpuOfAll() {
        return Processes.tree(process.pid());
    }

    /** Bytes of objects that are alive, after a full collection. */
    long liveHeap() throws Exception {
        Process histogram = new ProcessBuilder(
                        java.resolveSibling("jcmd").toString(), Long.toString(pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String text = new String(histogram.getInputStream().readAllBytes());
        Matcher total = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)").matcher(text);
        if (!total.find()) {
            throw new IllegalStateException("jcmd gave no histogram: " + text.lines().findFirst().orElse(""));
        }
        return Long.parseLong(total.group(1));
    }

    long journalBytes() throws IOException {
        try (var files = Files.walk(data.resolve("journals"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("seg-"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    /** As kill -9 does; the PostgreSQL that it started ends with it. */
    void kill() throws Exception {
        database.close();
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
        for (ProcessHandle child : children) {
            child.onExit().get(60, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() throws Exception {
        database.close();
        process.destroy();
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
