package io.souk.support;

import io.souk.local.EmbeddedPostgres;
import io.souk.platform.DatabaseAddress;
import io.souk.platform.Migrations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A PostgreSQL database with every migration applied that nobody else uses. All of a JVM's come from one server: the one
 * that {@code SOUK_TEST_DATABASE_URL} names (a {@code jdbc:postgresql:} address with a user who may create roles and
 * databases), else one that is started for this JVM and thrown away with it.
 */
public final class TestDatabase {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static @Nullable Server server;

    private final DatabaseAddress address;

    private TestDatabase(DatabaseAddress address) {
        this.address = address;
    }

    /** A new one, copied from a template; takes about a tenth of a second after the first. */
    public static TestDatabase fresh() {
        return new TestDatabase(server().database());
    }

    /** A new one without a single migration applied, for what starts from nothing. */
    public static TestDatabase empty() {
        return new TestDatabase(server().emptyDatabase());
    }

    /** Its address with the three roles' passwords. */
    public DatabaseAddress address() {
        return address;
    }

    /** Reads and writes as the role for requests: sees a tenant's rows only where {@code souk.tenant} is set. */
    public JdbcClient app() {
        return JdbcClient.create(dataSource(address.app()));
    }

    /** Reads and writes as the role for jobs: sees every tenant. */
    public JdbcClient system() {
        return JdbcClient.create(dataSource(address.system()));
    }

    /** Reads and writes as the owner of the tables. */
    public JdbcClient owner() {
        return JdbcClient.create(dataSource(address.owner()));
    }

    /** Connections of one of the roles, unpooled. */
    public DataSource dataSource(DatabaseAddress.Login login) {
        return new DriverManagerDataSource(address.url(), login.username(), login.password());
    }

    /** The command line arguments by which the program uses this database. */
    public String[] arguments() {
        return new String[] {
            "--souk.database.url=" + address.url(),
            "--souk.database.owner.username=" + address.owner().username(),
            "--souk.database.owner.password=" + address.owner().password(),
            "--souk.database.app.username=" + address.app().username(),
            "--souk.database.app.password=" + address.app().password(),
            "--souk.database.system.username=" + address.system().username(),
            "--souk.database.system.password=" + address.system().password(),
        };
    }

    /** Who may do everything here. */
    public DatabaseAddress.Login superuser() {
        return server().superuser();
    }

    /** Another role that may log in. @param options as after {@code create role name login} */
    public DatabaseAddress.Login role(String name, String options) {
        return server().role(name, options);
    }

    private static synchronized Server server() {
        Server running = server;
        if (running == null) {
            running = Server.start();
            server = running;
        }
        return running;
    }

    /** Where the databases are made. The roles' names differ from the program's own, so that no policy relies on them. */
    private record Server(
            String url, @Nullable String username, @Nullable String password, String rolePassword) {
        private static final String PREFIX =
                "souk_test_" + Long.toString(ProcessHandle.current().pid(), 36) + "_";

        static Server start() {
            String secret = UUID.randomUUID().toString();
            String given = System.getenv("SOUK_TEST_DATABASE_URL");
            Server server;
            if (given != null && !given.isBlank()) {
                server = new Server(given, null, null, secret);
            } else {
                EmbeddedPostgres postgres = startedInTemporaryFolder();
                try (Connection superuser = postgres.superuser("postgres");
                        Statement statement = superuser.createStatement()) {
                    statement.execute("create role souk_test login superuser password '" + secret + "'");
                } catch (SQLException e) {
                    throw new IllegalStateException("the superuser for tests could not be made", e);
                }
                server = new Server(postgres.url("postgres"), "souk_test", secret, secret);
            }
            server.makeTemplate();
            return server;
        }

        private static EmbeddedPostgres startedInTemporaryFolder() {
            try {
                Path folder = Files.createTempDirectory("souk-test-postgres");
                EmbeddedPostgres postgres = new EmbeddedPostgres(folder);
                // runs when every program of this JVM has stopped, which its own shutdown hook would not wait for
                SpringApplication.getShutdownHandlers().add(() -> {
                    postgres.close();
                    Folders.delete(folder);
                });
                return postgres;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        DatabaseAddress.Login superuser() {
            return username == null || password == null
                    ? role("superuser", "superuser")
                    : new DatabaseAddress.Login(username, password);
        }

        DatabaseAddress.Login role(String name, String options) {
            DatabaseAddress.Login login = login(name);
            execute("drop role if exists " + login.username());
            execute("create role " + login.username() + " login password '" + login.password() + "' " + options);
            return login;
        }

        private void makeTemplate() {
            execute("""
                do $$
                declare role text;
                begin
                    perform pg_advisory_xact_lock(7305);
                    foreach role in array array['owner', 'app', 'system'] loop
                        if not exists (select from pg_roles where rolname = 'souk_test_' || role) then
                            execute format('create role %I login', 'souk_test_' || role);
                        end if;
                    end loop;
                end $$\
                """);
            for (String role : new String[] {"owner", "app", "system"}) {
                execute("alter role souk_test_" + role + " password '" + rolePassword + "'");
            }
            String template = PREFIX + "template";
            execute("drop database if exists " + template);
            execute("create database " + template + " owner souk_test_owner");
            Migrations.apply(addressOf(template));
        }

        DatabaseAddress database() {
            String name = PREFIX + NUMBER.incrementAndGet();
            execute("drop database if exists " + name);
            execute("create database " + name + " owner souk_test_owner template " + PREFIX + "template");
            return addressOf(name);
        }

        DatabaseAddress emptyDatabase() {
            String name = PREFIX + NUMBER.incrementAndGet();
            execute("drop database if exists " + name);
            execute("create database " + name + " owner souk_test_owner");
            return addressOf(name);
        }

        private DatabaseAddress addressOf(String database) {
            return new DatabaseAddress(
                    url.replaceFirst("^(jdbc:postgresql://[^/?]*/)[^?]*(\\?.*)?$", "$1" + database),
                    login("owner"),
                    login("app"),
                    login("system"));
        }

        private DatabaseAddress.Login login(String role) {
            return new DatabaseAddress.Login("souk_test_" + role.toLowerCase(Locale.ROOT), rolePassword);
        }

        private synchronized void execute(String sql) {
            try (Connection connection = username == null
                            ? DriverManager.getConnection(url)
                            : DriverManager.getConnection(url, username, password);
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException("the test database server refused: " + sql, e);
            }
        }
    }
}
