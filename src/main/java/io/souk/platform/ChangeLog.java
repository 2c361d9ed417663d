package io.souk.platform;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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

    ChangeLog(@Qualifier("system") JdbcClient system) {
        this.system = system;
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

    /** Forgets what is older than a day; any reader that far behind has long refused to serve. */
    public int forgetOld() {
        return system.sql("delete from control.changes where recorded_at < now() - interval '1 day'")
                .update();
    }

    /** One copy's place in the log. Not thread-safe. */
    public final class Reader {
        private String horizon;
        private Set<Long> seen = new HashSet<>();

        private Reader(String horizon) {
            this.horizon = horizon;
        }

        /** What has been committed since the last look, each change once. */
        public List<Change> next() {
            List<Row> rows = system.sql("""
                select pg_snapshot_xmin(pg_current_snapshot())::text as horizon,
                       c.seq, c.kind, c.id, c.xid >= pg_snapshot_xmin(pg_current_snapshot()) as again
                from (select 1) as one left join control.changes c on c.xid >= ?::xid8\
                """)
                    .param(horizon)
                    .query((row, number) -> new Row(
                            row.getString("horizon"),
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
            return changes;
        }
    }

    private record Row(String horizon, @Nullable Long seq, String kind, UUID id, boolean again) {}
}
