package io.souk.billing;

import io.souk.kernel.TenantId;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.context.ApplicationContext;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The real leases on the real PostgreSQL, over a connection that loses answers or is gone when a test says so. */
public class LossyLeases extends Leases {
    /** So many grants and returns are committed from now on whose answers are lost. */
    public final AtomicInteger answersToLose = new AtomicInteger();

    /** Nothing reaches PostgreSQL. */
    public volatile boolean away;

    private LossyLeases(ApplicationContext program) {
        super(
                program.getBean("systemJdbcClient", JdbcClient.class),
                program.getBean("systemTransactions", TransactionTemplate.class),
                program.getBean(Reattribution.class),
                program.getBean(Clock.class));
    }

    /** @param program the running program */
    public static LossyLeases in(ApplicationContext program) {
        return new LossyLeases(program);
    }

    private void reach() {
        if (away) {
            throw new DataAccessResourceFailureException("PostgreSQL is away");
        }
    }

    private void answer() {
        if (answersToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new DataAccessResourceFailureException("the answer was lost");
        }
    }

    @Override
    public Granted grant(UUID journalId, TenantId tenant, UUID counterId, UUID moveId, Wish wish) {
        reach();
        Granted granted = super.grant(journalId, tenant, counterId, moveId, wish);
        answer();
        return granted;
    }

    @Override
    public void giveBack(UUID journalId, TenantId tenant, UUID counterId, UUID moveId, long nanos) {
        reach();
        super.giveBack(journalId, tenant, counterId, moveId, nanos);
        answer();
    }

    @Override
    public long outcomeOf(UUID journalId, TenantId tenant, UUID counterId, UUID moveId) {
        reach();
        return super.outcomeOf(journalId, tenant, counterId, moveId);
    }
}
