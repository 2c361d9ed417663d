package io.souk.supply;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** How backends do at each gateway, as the gateways tell every few seconds. */
@Component
public class BackendReports {
    /** A gateway that has not reported for this long may have stopped. */
    private static final Duration STALE = Duration.ofSeconds(20);

    private static final Duration FORGOTTEN = Duration.ofMinutes(10);

    private final JdbcClient system;
    private final JdbcClient jdbc;
    private final Clock clock;

    BackendReports(@Qualifier("system") JdbcClient system, JdbcClient jdbc, Clock clock) {
        this.system = system;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Keeps a gateway's view of its backends, and forgets what gateways told that have long been silent. */
    public void report(UUID gatewayId, String gateway, List<BackendReport> reports) {
        Instant now = clock.instant();
        if (!reports.isEmpty()) {
            system.sql("""
                insert into supply.backend_reports (gateway_id, backend_id, gateway, breaker, running, room, recent,
                    failed, rests_until, last_failure, last_failure_at, reported_at)
                select ?, given.id, ?, given.breaker, given.running, given.room, given.recent, given.failed,
                    given.rests_until, given.last_failure, given.last_failure_at, ?
                from unnest(?::uuid[], ?::text[], ?::int[], ?::int[], ?::int[], ?::int[], ?::timestamptz[], ?::text[],
                    ?::timestamptz[]) as given(id, breaker, running, room, recent, failed, rests_until, last_failure,
                    last_failure_at)
                join supply.backends b on b.id = given.id
                on conflict (gateway_id, backend_id) do update set
                    gateway = excluded.gateway,
                    breaker = excluded.breaker,
                    running = excluded.running,
                    room = excluded.room,
                    recent = excluded.recent,
                    failed = excluded.failed,
                    rests_until = excluded.rests_until,
                    last_failure = excluded.last_failure,
                    last_failure_at = excluded.last_failure_at,
                    reported_at = excluded.reported_at\
                """)
                    .params(
                            gatewayId,
                            gateway,
                            Timestamp.from(now),
                            array("uuid", reports, BackendReport::backendId),
                            array("text", reports, report -> report.breaker().label()),
                            array("int4", reports, BackendReport::running),
                            array("int4", reports, BackendReport::room),
                            array("int4", reports, BackendReport::recent),
                            array("int4", reports, BackendReport::failed),
                            array("timestamptz", reports, BackendReport::restsUntil),
                            array("text", reports, BackendReport::lastFailure),
                            array("timestamptz", reports, BackendReport::lastFailureAt))
                    .update();
        }
        system.sql("delete from supply.backend_reports where reported_at < ?")
                .param(Timestamp.from(now.minus(FORGOTTEN)))
                .update();
    }

    /** The gateway stops. */
    public void forget(UUID gatewayId) {
        system.sql("delete from supply.backend_reports where gateway_id = ?")
                .param(gatewayId)
                .update();
    }

    /** What every gateway told last, by backend. */
    @Transactional(readOnly = true)
    public Map<UUID, List<BackendReport.Seen>> byBackend() {
        Instant now = clock.instant();
        return jdbc
                .sql("""
                    select gateway_id, gateway, backend_id, breaker, running, room, recent, failed, rests_until,
                           last_failure, last_failure_at, reported_at
                    from supply.backend_reports order by gateway, gateway_id\
                    """)
                .query((row, number) -> {
                    Instant reportedAt = row.getTimestamp("reported_at").toInstant();
                    return new BackendReport.Seen(
                            row.getObject("gateway_id", UUID.class),
                            row.getString("gateway"),
                            reportedAt,
                            reportedAt.isBefore(now.minus(STALE)),
                            new BackendReport(
                                    row.getObject("backend_id", UUID.class),
                                    BackendReport.Breaker.valueOf(
                                            row.getString("breaker").toUpperCase(Locale.ROOT)),
                                    row.getInt("running"),
                                    row.getInt("room"),
                                    row.getInt("recent"),
                                    row.getInt("failed"),
                                    instant(row.getTimestamp("rests_until")),
                                    row.getString("last_failure"),
                                    instant(row.getTimestamp("last_failure_at"))));
                })
                .list()
                .stream()
                .collect(Collectors.groupingBy(seen -> seen.report().backendId()));
    }

    /** An SQL array; the elements' own text is what PostgreSQL reads, ISO 8601 for times. */
    private static SqlArrayValue array(
            String type, List<BackendReport> reports, Function<BackendReport, @Nullable Object> value) {
        return new SqlArrayValue(type, reports.stream().map(value).toArray());
    }

    private static @Nullable Instant instant(@Nullable Timestamp moment) {
        return moment == null ? null : moment.toInstant();
    }
}
