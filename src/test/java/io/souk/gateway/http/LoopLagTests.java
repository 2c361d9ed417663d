package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoopLagTests {
    private static final long MILLI = 1_000_000;

    private final LoopLag lag = new LoopLag(Duration.ofMillis(100), Duration.ofMillis(50), 0);

    @Test
    void takesOnePauseForNoOverload() {
        lag.tick(100 * MILLI);
        assertThat(lag.isBehind()).isFalse();
        lag.tick(900 * MILLI);
        assertThat(lag.nanos()).isEqualTo(700 * MILLI);
        assertThat(lag.isBehind()).isFalse();
        lag.tick(1000 * MILLI);
        assertThat(lag.isBehind()).isFalse();
        assertThat(lag.nanos()).isZero();
    }

    @Test
    void isBehindFromTheSecondLateTickToTheNextThatIsInTime() {
        lag.tick(200 * MILLI);
        lag.tick(400 * MILLI);
        assertThat(lag.isBehind()).isTrue();
        lag.tick(600 * MILLI);
        assertThat(lag.isBehind()).isTrue();
        lag.tick(740 * MILLI);
        assertThat(lag.isBehind()).as("less late than it may be").isFalse();
    }
}
