package io.souk.platform;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What changed in the control tables, for those who keep a copy in memory. Triggers write it, so nothing that changes a
 * row can forget to. It is read by transaction id: everything at or after the oldest transaction that was still running
 * at the last look is looked at again, because numbers are given out in another order than transactions commit in.
 */
@Component
public class ChangeLog {
    private final JdbcClient system;
    private final DatabaseAddress address;

    ChangeLog(@Qualifier("system") JdbcClient system, DatabaseAddress address) {
        this.system = system;
        this.address = address;
    }

    /** @param kind what kind of thing changed, as named by its trigger */
    public record Change(String kind, UUID id) {}

    /** A reader that will see every change that commits from now on, and perhaps some that did just before. */
    public Reader reader() {
        String horizon = system.sql("select pg_snapshot_xmin(pg_current_snapshot())::text")
                .query(String.class)
                .single();
        return new Reader(horizon);
    }

    /** A bell that rings when something changed, on a connection of its own. A ring may be missed: it only wakes. */
    public Bell bell() throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", address.system().username());
        login.setProperty("password", address.system().password());
        login.setProperty("ApplicationName", "souk-changes");
        login.setProperty("connectTimeout", "5");
        login.setProperty("socketTimeout", "30");
        login.setProperty("tcpKeepAlive", "true");
        return new Bell(DriverManager.getConnection(address.url(), login));
    }

    /** Not thread-safe, but {@link #close} may come from any thread. */
    public static final class Bell implements AutoCloseable {
        private final Connection connection;

        private Bell(Connection connection) throws SQLException {
            this.connection = connection;
            try (Statement statement = connection.createStatement()) {
                statement.execute("listen souk_changes");
            } catch (SQLException refused) {
                connection.close();
                throw refused;
            }
        }

        /**
         * Waits for a ring.
         *
         * @return false if there was none within this time
         * @throws SQLException if the connection is gone
         */
        public boolean await(Duration atMost) throws SQLException {
            PGNotification[] rings =
                    connection.unwrap(PGConnection.class).getNotifications(Math.toIntExact(atMost.toMillis()));
            if (rings != null && rings.length > 0) {
                return true;
            }
            if (!connection.isValid(5)) {
                throw new SQLException("the connection that listens for changes is gone");
            }
            return false;
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    /** Forgets what is older than a day; any reader that far behind has long refused to serve. */
    public int forgetOld() {
        return system.sql("delete from control.changes where recorded_at < now() - interval '1 day'")
                .update();
    }

    /** One copy's place in the log. Not thread-safe. */
    public final class Reader {
        private String horizon;
        private Set<Long> seen = new HashSet<>();
        private Instant readAt = Instant.EPOCH;

        private Reader(String horizon) {
            this.horizon = horizon;
        }

        /** The database's time at the last look. */
        public Instant readAt() {
            return readAt;
        }

        /** What has been committed since the last look, each change once. */
        public List<Change> next() {
            List<Row> rows = system.sql("""
                select pg_snapshot_xmin(pg_current_snapshot())::text as horizon,
                       clock_timestamp() as read_at, c.seq, c.kind, c.id, c.xid >= pg_snapshot_xmin(pg_current_snapshot()) as again
                from (select 1) as one left join control.changes c on c.xid >= ?::xid8\
                """)
                    .param(horizon)
                    .query((row, number) -> new Row(
                            row.getString("horizon"),
                            row.getTimestamp("read_at").toInstant(),
                            row.getObject("seq", Long.class),
                            row.getString("kind"),
                            row.getObject("id", UUID.class),
                            row.getBoolean("again")))
                    .list();
            List<Change> changes = new ArrayList<>();
            Set<Long> again = new HashSet<>();
            for (Row row : rows) {
                Long seq = row.seq;
                if (seq == null) {
                    continue;
                }
                if (!seen.contains(seq)) {
                    changes.add(new Change(row.kind, row.id));
                }
                if (row.again) {
                    again.add(seq);
                }
            }
            seen = again;
            horizon = rows.getFirst().horizon;
            readAt = rows.getFirst().readAt;
            return changes;
        }
    }

    private record Row(
            String horizon, Instant readAt, @Nullable Long seq, String kind, UUID id, boolean again) {}
}
