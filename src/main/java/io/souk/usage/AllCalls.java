package io.souk.usage;

import io.souk.kernel.TenantId;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Calls of every organisation, for whoever runs this Souk: read as the system role, which requests never are. */
@Component
public class AllCalls {
    /** A call's id holds the time at which it was made, which is that of its admission but for clocks that differ. */
    private static final Duration NEAR = Duration.ofDays(1);

    private final JdbcClient system;

    AllCalls(@Qualifier("system") JdbcClient system) {
        this.system = system;
    }

    /**
     * What an organisation used.
     *
     * @param chargeNanos in 1e-9 of the currency
     */
    public record Sum(TenantId tenant, String currency, long calls, long chargeNanos) {}

    /**
     * Calls, the newest first.
     *
     * @param cursor where to go on, from {@link UsageReports.Page#next}; empty for the newest
     * @param most how many at most, 1 to 1,000
     * @throws IllegalArgumentException if the cursor is none of this list
     */
    public UsageReports.Page page(CallSearch search, String cursor, int most) {
        UsageReports.Place place = UsageReports.Place.of(cursor);
        List<TenantId> tenants = search.tenants();
        List<UsageCall> found = system.sql("""
            select * from usage.calls
            where started_at >= :start and started_at < :end and (started_at, call_id) < (:at, :id::uuid)
              and (:everybody or tenant_id = any (:tenants))
              and (:offer::uuid is null or offer_id = :offer::uuid)
              and (:backend::uuid is null or backend_id = :backend::uuid)
              and (:reason::text is null or reason = :reason::text)
              and status between :lowest and :highest
            order by started_at desc, call_id desc limit :most\
            """)
                .param("start", start(search.from()))
                .param("end", start(search.to().plusDays(1)))
                .param("at", Timestamp.from(place.startedAt()))
                .param("id", place.id().toString())
                .param("everybody", tenants == null)
                .param("tenants", tenants == null ? new UUID[0] : ids(tenants))
                .param("offer", text(search.offer()))
                .param("backend", text(search.backend()))
                .param("reason", search.reason())
                .param("lowest", search.lowestStatus())
                .param("highest", search.highestStatus())
                .param("most", most + 1)
                .query(UsageCall::of)
                .list();
        return UsageReports.Page.of(found, most);
    }

    /** One call, whosever it is. */
    public Optional<UsageCall> call(UUID id) {
        if (id.version() != 7) {
            return Optional.empty();
        }
        Instant made = Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
        return system.sql("select * from usage.calls where call_id = ? and started_at between ? and ?")
                .params(id, Timestamp.from(made.minus(NEAR)), Timestamp.from(made.plus(NEAR)))
                .query(UsageCall::of)
                .optional();
    }

    /** What these organisations used from a day (UTC) on; those that used nothing are left out. */
    public List<Sum> sums(Collection<TenantId> tenants, LocalDate from) {
        return system.sql("""
            select tenant_id, currency, sum(calls) as calls, sum(charge_nanos) as charge_nanos from usage.by_day()
            where tenant_id = any (?) and bucket >= ? group by 1, 2 order by 1, 2\
            """)
                .params(ids(tenants), start(from))
                .query((row, _) -> new Sum(
                        new TenantId(row.getObject(1, UUID.class)), row.getString(2), row.getLong(3), row.getLong(4)))
                .list();
    }

    private static UUID[] ids(Collection<TenantId> tenants) {
        return tenants.stream().map(TenantId::value).toArray(UUID[]::new);
    }

    private static Timestamp start(LocalDate day) {
        return Timestamp.from(day.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    private static @Nullable String text(@Nullable UUID id) {
        return id == null ? null : id.toString();
    }
}
