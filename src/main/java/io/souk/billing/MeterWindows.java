package io.souk.billing;

import io.souk.kernel.Ids;
import io.souk.kernel.TenantId;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The outbox to Stripe's meter: settled usage of organisations on invoice, gathered by the minute in which it was
 * settled, so that no usage arrives for a window that has been sealed.
 */
@Component
class MeterWindows {
    private final JdbcClient system;

    MeterWindows(@Qualifier("system") JdbcClient system) {
        this.system = system;
    }

    /** Adds settled usage, in nano-units, inside the settlement's transaction. */
    @Transactional(transactionManager = "systemTransactionManager", propagation = Propagation.MANDATORY)
    public void add(TenantId tenant, long nanos, Instant settledAt) {
        Instant window = settledAt.truncatedTo(ChronoUnit.MINUTES);
        UUID id = Ids.next();
        int written = system.sql("""
            insert into billing.meter_windows as w
                (tenant_id, id, window_start, nanos, identifier, state, next_attempt_at)
            values (?, ?, ?, ?, ?, 'open', ?)
            on conflict (tenant_id, window_start) do update set nanos = w.nanos + excluded.nanos
            where w.state = 'open'\
            """)
                .params(
                        tenant.value(),
                        id,
                        Timestamp.from(window),
                        nanos,
                        "souk-" + tenant + "-" + window.getEpochSecond(),
                        Timestamp.from(window))
                .update();
        if (written != 1) {
            throw new IllegalStateException("the meter window " + window + " of " + tenant
                    + " was sealed while usage was still being settled into it");
        }
    }
}
