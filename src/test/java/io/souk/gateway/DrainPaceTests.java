package io.souk.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DrainPaceTests {
    @Test
    void littleWorkIsLookedForTenTimesASecond() {
        assertThat(pauseAfter(Duration.ZERO)).isEqualTo(Duration.ofMillis(100));
        assertThat(pauseAfter(Duration.ofMillis(4))).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void dearerWorkIsDoneSeldomerSoThatItTakesATwentiethOfTheTime() {
        assertThat(pauseAfter(Duration.ofMillis(12))).isEqualTo(Duration.ofMillis(240));
    }

    @Test
    void nobodyWaitsLongerThanHalfASecondForIt() {
        assertThat(pauseAfter(Duration.ofMillis(26))).isEqualTo(Duration.ofMillis(500));
        assertThat(pauseAfter(Duration.ofDays(1))).isEqualTo(Duration.ofMillis(500));
    }

    private static Duration pauseAfter(Duration work) {
        return Duration.ofNanos(JournalKeeper.pauseAfter(work.toNanos()));
    }
}
