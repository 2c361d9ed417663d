package io.souk.local;

import io.souk.platform.DatabaseAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of this program's own, run from binaries on the class path as a child process, with its data kept in a
 * folder. It listens on a free loopback port, asks for passwords, and forces its writes to disk.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    /** Passwords here are random and 192 bits long, which no number of guesses finds; each connection pays for these. */
    private static final int SCRAM_ITERATIONS = 1;

    private static final List<String> ROLES = List.of("souk_owner", "souk_app", "souk_system");

    private final Path folder;
    private final Path data;
    private final Path serverLog;
    private final PostgresBinaries binaries;
    private final Properties passwords;
    private final int port;
    private final Process process;

    /**
     * Starts it; returns when it answers.
     *
     * @param folder where binaries, data and passwords are kept; made if missing
     * @throws LocalModeRefused if it cannot start, with a reason for a person
     */
    public EmbeddedPostgres(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
        this.data = this.folder.resolve("data");
        this.serverLog = this.folder.resolve("postgres.log");
        try {
            long begin = System.nanoTime();
            Files.createDirectories(this.folder);
            binaries = PostgresBinaries.unpackInto(this.folder);
            passwords = readOrMakePasswords();
            if (Files.exists(data.resolve("PG_VERSION"))) {
                stopLeftOver();
            } else {
                initialise();
            }
            port = freePort();
            process = start();
            awaitAnswer();
            ensureRolesAndDatabase();
            log.info("PostgreSQL answers on port {} after {} ms", port, (System.nanoTime() - begin) / 1_000_000);
        } catch (IOException | SQLException e) {
            throw new LocalModeRefused(
                    "PostgreSQL did not start in " + data + ": " + e.getMessage() + ". Its own log is " + serverLog
                            + ".",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalModeRefused("The start of PostgreSQL was interrupted.", e);
        }
    }

    /** Where it is, with the three roles that Souk uses. */
    public DatabaseAddress address() {
        return new DatabaseAddress(url("souk"), login("souk_owner"), login("souk_app"), login("souk_system"));
    }

    /** The address of another database in it; for tests. */
    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** A connection as superuser; for making databases in tests. */
    public Connection superuser(String database) throws SQLException {
        return DriverManager.getConnection(url(database), "postgres", passwords.getProperty("postgres"));
    }

    private DatabaseAddress.Login login(String role) {
        return new DatabaseAddress.Login(role, passwords.getProperty(role));
    }

    private Properties readOrMakePasswords() throws IOException {
        Path file = folder.resolve("passwords.properties");
        Properties all = new Properties();
        if (Files.exists(file)) {
            try (var in = Files.newInputStream(file)) {
                all.load(in);
            }
            return all;
        }
        SecureRandom random = new SecureRandom();
        for (String role : List.of("postgres", "souk_owner", "souk_app", "souk_system")) {
            byte[] bytes = new byte[24];
            random.nextBytes(bytes);
            all.setProperty(role, HexFormat.of().formatHex(bytes));
        }
        Path partial = Files.createTempFile(
                folder,
                "passwords",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (var out = Files.newOutputStream(partial)) {
            all.store(out, null);
        }
        Files.move(partial, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        return all;
    }

    /** A first start that was killed leaves half a folder; initdb works beside it and its result is moved in whole. */
    private void initialise() throws IOException, InterruptedException {
        deleteRecursively(data);
        Path partial = folder.resolve("data-partial");
        deleteRecursively(partial);
        Path password = Files.createTempFile(
                folder,
                "initdb",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(password, passwords.getProperty("postgres"));
            run(
                    binaries.program("initdb"),
                    "-D",
                    partial.toString(),
                    "-U",
                    "postgres",
                    "-E",
                    "UTF8",
                    "--locale=C.UTF-8",
                    "-A",
                    "scram-sha-256",
                    "--pwfile",
                    password.toString(),
                    "--set",
                    "scram_iterations=" + SCRAM_ITERATIONS);
        } finally {
            Files.deleteIfExists(password);
        }
        Files.move(partial, data, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    private void run(String... program) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(asOrdinaryUser(program))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(serverLog.toFile()));
        // else initdb compares every time zone that there is with the machine's, and the server is told UTC anyway
        builder.environment().put("TZ", "UTC");
        Process run = builder.start();
        if (!run.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            run.destroyForcibly();
            throw new IOException(program[0] + " did not end within " + START_LIMIT.toSeconds() + " s");
        }
        if (run.exitValue() != 0) {
            throw new IOException(program[0] + " ended with " + run.exitValue());
        }
    }

    /** Where nothing could tie its life to ours, a Souk that was killed leaves its PostgreSQL running on the data. */
    private void stopLeftOver() throws IOException, InterruptedException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        String pid = Files.readAllLines(pidFile).getFirst().strip();
        ProcessHandle left = ProcessHandle.of(Long.parseLong(pid))
                .filter(process -> process.info().commandLine().orElse("").contains(data.toString()))
                .orElse(null);
        if (left == null) {
            return;
        }
        log.warn("stopping the PostgreSQL (process {}) that an earlier run left behind", pid);
        signalInterrupt(left.pid());
        try {
            left.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IOException("the PostgreSQL of an earlier run, process " + pid + ", does not stop", e);
        }
    }

    private Process start() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (exitCode("setpriv", "--pdeathsig", "INT", "true") == 0) {
            command.addAll(List.of("setpriv", "--pdeathsig", "INT"));
        }
        command.addAll(List.of(
                binaries.program("postgres"),
                "-D",
                data.toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "timezone=UTC",
                "-c",
                "log_timezone=UTC",
                "-c",
                "max_connections=100",
                "-c",
                "shared_buffers=64MB"));
        ProcessBuilder builder = new ProcessBuilder(asOrdinaryUser(command.toArray(String[]::new)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(serverLog.toFile()));
        // The kernel sends the death signal when the thread that started the child ends, so that thread must stay.
        CompletableFuture<Process> started = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("postgres").start(() -> {
            try {
                Process child = builder.start();
                started.complete(child);
                child.waitFor();
            } catch (IOException e) {
                started.completeExceptionally(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            return started.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IOException("postgres could not be started: " + e.getMessage(), e);
        }
    }

    private void awaitAnswer() throws IOException, InterruptedException, SQLException {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            if (!process.isAlive()) {
                throw new IOException("postgres ended with " + process.exitValue());
            }
            try {
                superuser("postgres").close();
                return;
            } catch (SQLException notYet) {
                if (System.nanoTime() > end) {
                    close();
                    throw notYet;
                }
                Thread.sleep(20);
            }
        }
    }

    private void ensureRolesAndDatabase() throws SQLException {
        try (Connection connection = superuser("postgres");
                Statement statement = connection.createStatement()) {
            for (String role : ROLES) {
                if (!exists(statement, "select 1 from pg_roles where rolname = '" + role + "'")) {
                    statement.execute("create role " + role + " login password '" + passwords.getProperty(role) + "'");
                }
            }
            if (!exists(statement, "select 1 from pg_database where datname = 'souk'")) {
                statement.execute("create database souk owner souk_owner");
            }
        }
    }

    private static boolean exists(Statement statement, String query) throws SQLException {
        try (var rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    /** PostgreSQL refuses to run as root; in a user namespace of its own it is not, and the files stay root's. */
    private static List<String> asOrdinaryUser(String... program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            if (exitCode("unshare", "-U", "true") != 0) {
                throw new IOException("PostgreSQL does not run as root where user namespaces are switched off; "
                        + "start Souk as another user, or set SOUK_DATABASE_URL");
            }
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(program));
        return command;
    }

    private static int exitCode(String... command) throws InterruptedException {
        try {
            Process run = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return run.waitFor(10, TimeUnit.SECONDS) ? run.exitValue() : -1;
        } catch (IOException absent) {
            return -1;
        }
    }

    /** SIGINT is PostgreSQL's fast shutdown: no new work, running work rolled back, everything forced. */
    private static void signalInterrupt(long pid) throws InterruptedException {
        exitCode("kill", "-INT", Long.toString(pid));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static void deleteRecursively(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (var files = Files.walk(path)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Override
    public void close() {
        try {
            signalInterrupt(process.pid());
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
