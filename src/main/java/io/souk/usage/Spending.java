package io.souk.usage;

import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was charged to whom in spans of whole days of UTC, from the roll-ups. */
@Component
public class Spending {
    /** Lateral, with a sum inside: each question is answered by the indexes of its organisation. */
    private static final String SUMS = """
        select asked.number, spent.nanos
        from unnest(?::int[], ?::uuid[], ?::uuid[], ?::timestamptz[], ?::timestamptz[], ?::bpchar[])
            as asked(number, tenant, subject, starts_at, ends_at, currency)
        cross join lateral (
            select coalesce(sum(r.charge_nanos), 0)::bigint as nanos from usage.by_day() r
            where r.tenant_id = asked.tenant
              and r.bucket >= asked.starts_at and r.bucket < asked.ends_at and r.currency = asked.currency
              and asked.subject in (r.tenant_id, r.project_id, r.key_id)) as spent\
        """;

    private final JdbcClient app;
    private final JdbcClient system;

    Spending(JdbcClient app, @Qualifier("system") JdbcClient system) {
        this.app = app;
        this.system = system;
    }

    /**
     * One question.
     *
     * @param id names it in the answer
     * @param subject a key, a project, or the organisation itself
     * @param from the beginning of a day of UTC, inclusive
     * @param to the beginning of a day of UTC, exclusive
     */
    public record Span(UUID id, TenantId tenant, UUID subject, Instant from, Instant to, String currency) {}

    /** In 1e-9 of each span's currency, by the spans' ids, for the organisation bound to the thread. */
    public Map<UUID, Long> of(List<Span> spans) {
        TenantId ours = Tenant.required();
        return sums(app, spans.stream().filter(span -> span.tenant.equals(ours)).toList());
    }

    /** The same for spans of any organisation, for jobs. */
    public Map<UUID, Long> ofAll(List<Span> spans) {
        return sums(system, spans);
    }

    private static Map<UUID, Long> sums(JdbcClient jdbc, List<Span> spans) {
        Map<UUID, Long> sums = new HashMap<>();
        spans.forEach(span -> sums.put(span.id, 0L));
        if (spans.isEmpty()) {
            return sums;
        }
        Integer[] numbers = new Integer[spans.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
        }
        jdbc.sql(SUMS)
                .param(numbers)
                .param(spans.stream().map(span -> span.tenant.value()).toArray(UUID[]::new))
                .param(spans.stream().map(Span::subject).toArray(UUID[]::new))
                .param(spans.stream().map(span -> Timestamp.from(span.from)).toArray(Timestamp[]::new))
                .param(spans.stream().map(span -> Timestamp.from(span.to)).toArray(Timestamp[]::new))
                .param(spans.stream().map(Span::currency).toArray(String[]::new))
                .query((row, _) -> sums.put(spans.get(row.getInt("number")).id, row.getLong("nanos")))
                .list();
        return sums;
    }
}
