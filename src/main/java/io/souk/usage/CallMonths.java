package io.souk.usage;

import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Makes the months in which calls are kept ahead of time; a call of a month that is not there could not be settled. */
@Component
@ConditionalOnRole(Role.WORKER)
class CallMonths {
    private static final int AHEAD = 3;

    private final JdbcClient system;
    private final Clock clock;

    CallMonths(@Qualifier("system") JdbcClient system, Clock clock) {
        this.system = system;
        this.clock = clock;
    }

    /** The month before this one too: a call that began in its last minutes may be settled in this one. */
    @Scheduled(initialDelay = 1, fixedDelay = 360, timeUnit = TimeUnit.MINUTES)
    void make() {
        YearMonth now = YearMonth.from(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        for (int month = -1; month <= AHEAD; month++) {
            system.sql("call usage.ensure_month(?)")
                    .param(now.plusMonths(month).atDay(1))
                    .update();
        }
    }
}
