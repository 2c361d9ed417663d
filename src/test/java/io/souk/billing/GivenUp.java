package io.souk.billing;

import io.souk.billing.Journals.Declaration;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Declares journals lost in a database that other processes use, as an admin would on the page of journals. */
public final class GivenUp {
    private GivenUp() {}

    /** @param later how long from now the admin does it */
    public static Declaration declare(DataSource database, UUID journal, Duration later) {
        JdbcClient sql = JdbcClient.create(database);
        TransactionTemplate transactions = new TransactionTemplate(new JdbcTransactionManager(database));
        Clock clock = Clock.offset(Clock.systemUTC(), later);
        Reattribution reattribution = new Reattribution(sql, new Ledger(sql, sql), clock);
        Leases leases = new Leases(sql, transactions, reattribution, clock);
        return new Journals(sql, transactions, leases, clock).declareLost(journal, null);
    }
}
