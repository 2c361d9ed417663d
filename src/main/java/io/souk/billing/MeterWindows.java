package io.souk.billing;

import io.souk.kernel.Ids;
import io.souk.kernel.TenantId;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The outbox to Stripe's meter: settled usage of organisations on invoice, gathered by the minute in which it was
 * settled. Usage that comes for a minute whose window is sealed, because clocks differ, goes into the next that is not.
 */
@Component
class MeterWindows {
    private static final int MOST_MINUTES_LATE = 30;

    private final JdbcClient system;

    MeterWindows(@Qualifier("system") JdbcClient system) {
        this.system = system;
    }

    /** Adds settled usage, in nano-units, inside the settlement's transaction. */
    @Transactional(transactionManager = "systemTransactionManager", propagation = Propagation.MANDATORY)
    public void add(TenantId tenant, long nanos, Instant settledAt) {
        Instant first = settledAt.truncatedTo(ChronoUnit.MINUTES);
        for (int minute = 0; minute < MOST_MINUTES_LATE; minute++) {
            if (addTo(tenant, nanos, first.plus(minute, ChronoUnit.MINUTES))) {
                return;
            }
        }
        throw new IllegalStateException("every meter window of " + tenant + " from " + first + " on is sealed");
    }

    private boolean addTo(TenantId tenant, long nanos, Instant window) {
        int written = system.sql("""
            insert into billing.meter_windows as w
                (tenant_id, id, window_start, nanos, identifier, state, next_attempt_at)
            values (?, ?, ?, ?, ?, 'open', ?)
            on conflict (tenant_id, window_start) do update set nanos = w.nanos + excluded.nanos
            where w.state = 'open'\
            """)
                .params(
                        tenant.value(),
                        Ids.next(),
                        Timestamp.from(window),
                        nanos,
                        "souk-" + tenant + "-" + window.getEpochSecond(),
                        Timestamp.from(window))
                .update();
        return written == 1;
    }
}
