package io.souk.usage;

import io.souk.kernel.Tenant;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * What the organisation bound to the thread used, down to the single call. Sums come from the roll-ups and the calls that
 * are not rolled up yet, so both always agree.
 */
@Component
public class UsageReports {
    /** How sums are put together. */
    public enum Group {
        TOTAL("''"),
        DAY("to_char(bucket at time zone 'UTC', 'YYYY-MM-DD')"),
        MODEL("offer_id::text"),
        KEY("key_id::text"),
        PROJECT("project_id::text");

        private final String sql;

        Group(String sql) {
            this.sql = sql;
        }
    }

    /**
     * Calls, the newest first.
     *
     * @param next where the next older ones begin; empty if these are the last
     */
    public record Page(List<UsageCall> calls, Optional<String> next) {
        /** A page of what was looked up with one more than is shown. */
        static Page of(List<UsageCall> found, int most) {
            if (found.size() <= most) {
                return new Page(found, Optional.empty());
            }
            List<UsageCall> shown = List.copyOf(found.subList(0, most));
            return new Page(shown, Optional.of(Place.after(shown.getLast())));
        }
    }

    /** The place after a call in the order of the list. */
    record Place(Instant startedAt, UUID id) {
        static final Place NEWEST = new Place(Instant.parse("9999-01-01T00:00:00Z"), new UUID(-1, -1));

        static Place of(String cursor) {
            if (cursor.isEmpty()) {
                return NEWEST;
            }
            String[] parts = cursor.split("_", -1);
            if (parts.length != 2 || !parts[0].matches("[0-9]{1,18}")) {
                throw new IllegalArgumentException("\"" + cursor + "\" is no cursor of this list");
            }
            long micros = Long.parseLong(parts[0]);
            return new Place(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), UUID.fromString(parts[1]));
        }

        static String after(UsageCall call) {
            return ChronoUnit.MICROS.between(Instant.EPOCH, call.startedAt()) + "_" + call.id();
        }
    }

    private final JdbcClient app;

    UsageReports(JdbcClient app) {
        this.app = app;
    }

    /** Sums of whole days, ordered by what was charged, days by date; one line for each currency. */
    @Transactional(readOnly = true)
    public List<UsageLine> sums(UsageQuery query, Group group) {
        return app.sql("select " + group.sql + """
                         as id, currency, sum(calls) as calls, sum(failed) as failed, sum(input) as input,
                               sum(output) as output, sum(other) as other, sum(charge_nanos) as charge_nanos
                        from usage.by_day()
                        where tenant_id = :tenant and bucket >= :start and bucket < :end
                          and (:offer::uuid is null or offer_id = :offer::uuid)
                          and (:key::uuid is null or key_id = :key::uuid)
                          and (:project::uuid is null or project_id = :project::uuid)
                        group by 1, currency\
                        """
                        + (group == Group.DAY ? " order by 1, currency" : " order by currency, 8 desc, 1"))
                .param("tenant", Tenant.required().value())
                .param("start", Timestamp.from(query.start()))
                .param("end", Timestamp.from(query.end()))
                .param("offer", text(query.offer()))
                .param("key", text(query.key()))
                .param("project", text(query.project()))
                .query((row, number) -> new UsageLine(
                        row.getString("id"),
                        row.getString("currency"),
                        row.getLong("calls"),
                        row.getLong("failed"),
                        row.getLong("input"),
                        row.getLong("output"),
                        row.getLong("other"),
                        row.getLong("charge_nanos")))
                .list();
    }

    /**
     * Single calls, the newest first.
     *
     * @param cursor where to go on, from {@link Page#next}; empty for the newest
     * @param most how many at most, 1 to 1,000
     * @throws IllegalArgumentException if the cursor is none of this list
     */
    @Transactional(readOnly = true)
    public Page calls(UsageQuery query, String cursor, int most) {
        Place place = Place.of(cursor);
        if (query.offer() == null && query.key() == null && query.project() == null) {
            return Page.of(calls(query, query.start(), query.end(), place, most + 1), most);
        }
        // calls are found by their time alone; sums by day tell on which days there are any of this key or model
        List<UsageCall> found = new ArrayList<>();
        SequencedSet<String> days = new LinkedHashSet<>();
        sums(query, Group.DAY).forEach(line -> days.add(line.id()));
        for (String date : days.reversed()) {
            Instant day = LocalDate.parse(date).atStartOfDay(ZoneOffset.UTC).toInstant();
            if (!day.isAfter(place.startedAt) && found.size() <= most) {
                found.addAll(calls(query, day, day.plus(1, ChronoUnit.DAYS), place, most + 1 - found.size()));
            }
        }
        return Page.of(found, most);
    }

    private List<UsageCall> calls(UsageQuery query, Instant start, Instant end, Place place, int most) {
        return app.sql("""
            select * from usage.calls
            where tenant_id = :tenant and started_at >= :start and started_at < :end
              and (started_at, call_id) < (:at, :id::uuid)
              and (:offer::uuid is null or offer_id = :offer::uuid)
              and (:key::uuid is null or key_id = :key::uuid)
              and (:project::uuid is null or project_id = :project::uuid)
              and (:reason::text is null or reason = :reason::text)
            order by started_at desc, call_id desc limit :most\
            """)
                .param("tenant", Tenant.required().value())
                .param("start", Timestamp.from(start))
                .param("end", Timestamp.from(end))
                .param("at", Timestamp.from(place.startedAt))
                .param("id", place.id.toString())
                .param("offer", text(query.offer()))
                .param("key", text(query.key()))
                .param("project", text(query.project()))
                .param("reason", query.reason())
                .param("most", most)
                .query(UsageCall::of)
                .list();
    }

    /** One call of the organisation. */
    @Transactional(readOnly = true)
    public Optional<UsageCall> call(UUID id) {
        return app.sql("select * from usage.calls where tenant_id = ? and call_id = ?")
                .params(Tenant.required().value(), id)
                .query(UsageCall::of)
                .optional();
    }

    private static @Nullable String text(@Nullable UUID id) {
        return id == null ? null : id.toString();
    }
}
