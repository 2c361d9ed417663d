package io.souk.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.souk.support.TestDatabase;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class CallMonthsTests {
    private final TestDatabase database = TestDatabase.fresh();

    @Test
    void makesTheMonthsAroundNowWhateverTheYear() {
        CallMonths months =
                new CallMonths(database.system(), Clock.fixed(Instant.parse("2031-12-31T23:59:59Z"), ZoneOffset.UTC));
        months.make();
        months.make();

        assertThat(bounds("calls_2031_11")).isEqualTo("[2031-11-01 00:00:00+00, 2031-12-01 00:00:00+00)");
        assertThat(bounds("calls_2032_03")).isEqualTo("[2032-03-01 00:00:00+00, 2032-04-01 00:00:00+00)");
    }

    @Test
    void makesMonthsOfUtcInASessionOfAnotherZone() {
        var login = database.address().system();
        SingleConnectionDataSource tokyo =
                new SingleConnectionDataSource(database.address().url(), login.username(), login.password(), true);
        try {
            JdbcClient session = JdbcClient.create(tokyo);
            session.sql("set timezone = 'Asia/Tokyo'").update();
            session.sql("call usage.ensure_month('2033-05-01')").update();
        } finally {
            tokyo.destroy();
        }
        assertThat(bounds("calls_2033_05")).isEqualTo("[2033-05-01 00:00:00+00, 2033-06-01 00:00:00+00)");
    }

    @Test
    void leavesTheMakingToJobs() {
        assertThatThrownBy(() -> database.app()
                        .sql("call usage.ensure_month('2034-05-01')")
                        .update())
                .isInstanceOf(DataAccessException.class)
                .rootCause()
                .hasMessageContaining("permission denied");
    }

    private String bounds(String month) {
        var login = database.address().owner();
        SingleConnectionDataSource utc =
                new SingleConnectionDataSource(database.address().url(), login.username(), login.password(), true);
        try {
            JdbcClient session = JdbcClient.create(utc);
            session.sql("set timezone = 'UTC'").update();
            List<String> bounds = session.sql("select pg_get_expr(relpartbound, oid) from pg_class where relname = ?")
                    .param(month)
                    .query((row, _) -> row.getString(1))
                    .list();
            assertThat(bounds).as(month).hasSize(1);
            return bounds.getFirst().replaceFirst("^FOR VALUES FROM \\('(.*)'\\) TO \\('(.*)'\\)$", "[$1, $2)");
        } finally {
            utc.destroy();
        }
    }
}
