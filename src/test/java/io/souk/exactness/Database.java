package io.souk.exactness;

import io.souk.local.EmbeddedPostgres;
import io.souk.local.LocalModeRefused;
import io.souk.platform.DatabaseAddress;
import io.souk.platform.Migrations;
import io.souk.support.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A PostgreSQL with every migration, reached by one address however often it is killed, stopped or set back. */
final class Database implements AutoCloseable {
    private final Path folder;
    private final Line line = new Line();
    private EmbeddedPostgres server;

    Database(Path folder) {
        this.folder = folder;
        this.server = new EmbeddedPostgres(folder);
        Migrations.apply(server.address());
        line.to(port());
    }

    private int port() {
        return URI.create(server.url("souk").substring("jdbc:".length())).getPort();
    }

    /** The arguments by which a program uses it. */
    List<String> arguments() {
        DatabaseAddress address = server.address();
        return List.of(
                "souk.database.url=jdbc:postgresql://127.0.0.1:" + line.port() + "/souk",
                "souk.database.owner.username=" + address.owner().username(),
                "souk.database.owner.password=" + address.owner().password(),
                "souk.database.app.username=" + address.app().username(),
                "souk.database.app.password=" + address.app().password(),
                "souk.database.system.username=" + address.system().username(),
                "souk.database.system.password=" + address.system().password());
    }

    /** Reads and writes past every policy, as only a test may. */
    JdbcClient sql() {
        return JdbcClient.create(source());
    }

    DataSource source() {
        DatabaseAddress.Login system = server.address().system();
        return new DriverManagerDataSource(server.address().url(), system.username(), system.password());
    }

    /** As {@code kill -9} of its postmaster; what it had not committed is gone. Down until {@link #start}. */
    void kill() {
        line.to(0);
        ProcessHandle postmaster = postmaster();
        postmaster.destroyForcibly();
        Awaitility.await("the postmaster's end").atMost(30, TimeUnit.SECONDS).until(() -> !postmaster.isAlive());
    }

    private ProcessHandle postmaster() {
        try {
            String pid = Files.readAllLines(folder.resolve("data/postmaster.pid"))
                    .getFirst()
                    .strip();
            return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops it in order. Down until {@link #start}. */
    void stop() {
        line.to(0);
        server.close();
    }

    /** Comes up again on what its folder holds. */
    void start() {
        Awaitility.await("PostgreSQL's start")
                .atMost(60, TimeUnit.SECONDS)
                .pollInterval(200, TimeUnit.MILLISECONDS)
                .ignoreExceptionsInstanceOf(LocalModeRefused.class)
                .until(() -> {
                    // after a kill its children may hold the memory for a moment
                    server = new EmbeddedPostgres(folder);
                    return true;
                });
        line.to(port());
    }

    /** Keeps a copy of what it holds now; it is down for that moment. */
    void remember() {
        stop();
        Folders.delete(folder.resolve("remembered"));
        copy(folder.resolve("data"), folder.resolve("remembered"));
        start();
    }

    /** Set back to what {@link #remember} kept, as by a restored backup. */
    void setBack() {
        stop();
        Folders.delete(folder.resolve("data"));
        copy(folder.resolve("remembered"), folder.resolve("data"));
        start();
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        to.resolve(from.relativize(file).toString()),
                        StandardCopyOption.COPY_ATTRIBUTES,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        line.close();
    }
}
