package io.souk.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.support.TestClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DatabaseClockTests {
    private final TestClock local = new TestClock();
    private final DatabaseClock clock = new DatabaseClock(local);

    private void measure(Duration databaseAhead, Duration there, Duration back) {
        Instant asked = clock.local();
        local.advance(there);
        Instant database = local.instant().plus(databaseAhead);
        local.advance(back);
        clock.observe(asked, database, clock.local());
    }

    @Test
    void goesByTheDatabaseHoweverWrongTheMachineIs() {
        for (Duration ahead : new Duration[] {Duration.ofHours(3), Duration.ofDays(-2), Duration.ofMillis(40)}) {
            measure(ahead, Duration.ofMillis(2), Duration.ofMillis(9));

            assertThat(Duration.between(local.instant().plus(ahead), clock.instant())
                            .abs())
                    .isLessThanOrEqualTo(Duration.ofMillis(11));
        }
    }

    @Test
    void doesNotMoveForMeasurementsThatAgreeWithIt() {
        measure(Duration.ofSeconds(5), Duration.ofMillis(1), Duration.ofMillis(1));
        Duration ahead = clock.ahead();

        measure(Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofMillis(1));
        measure(Duration.ofSeconds(5), Duration.ofMillis(1), Duration.ofMillis(900));

        assertThat(clock.ahead()).isEqualTo(ahead);
        assertThat(ahead.minusSeconds(5).abs()).isLessThanOrEqualTo(Duration.ofMillis(2));
    }

    @Test
    void believesNoMeasurementDuringWhichTheMachinesClockWasSetBack() {
        Instant asked = clock.local();
        local.advance(Duration.ofHours(-1));

        clock.observe(asked, asked, clock.local());

        assertThat(clock.ahead()).isZero();
    }
}
