package io.souk.models.inference;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InferencePoolTests {
    private InferencePool pool;

    @BeforeEach
    void start() {
        pool = new InferencePool(MiniLm::load, 1, 2, Duration.ofSeconds(2));
        await().atMost(Duration.ofSeconds(20)).until(pool::ready);
    }

    @AfterEach
    void stop() {
        pool.close();
    }

    @Test
    void letsShortWorkPassLongWork() throws Exception {
        var steps = new AtomicInteger();
        var stop = new CountDownLatch(1);
        var endless = pool.submit(model -> {
            steps.incrementAndGet();
            return stop.getCount() == 0 ? "long" : null;
        });

        assertThat(pool.submit(model -> "short").get(2, SECONDS)).isEqualTo("short");
        assertThat(endless).isNotDone();
        stop.countDown();
        assertThat(endless.get(2, SECONDS)).isEqualTo("long");
        assertThat(steps.get()).isPositive();
    }

    @Test
    void refusesWorkWhenEveryPlaceIsTakenAndTakesItAgainAfterwards() throws Exception {
        var one = pool.submit(model -> null);
        var other = pool.submit(model -> null);

        assertThatExceptionOfType(PoolBusy.class)
                .isThrownBy(() -> pool.submit(model -> "more"))
                .withMessageContaining("all 2 places");
        one.cancel(false);
        other.cancel(false);
        await().atMost(Duration.ofSeconds(2))
                .ignoreExceptions()
                .until(() -> pool.submit(model -> "more").get(1, SECONDS).equals("more"));
    }

    @Test
    void stopsWorkThatIsCancelled() {
        var steps = new AtomicInteger();
        var work = pool.submit(model -> {
            steps.incrementAndGet();
            return null;
        });
        await().atMost(Duration.ofSeconds(2)).until(() -> steps.get() > 0);

        work.cancel(false);

        await().atMost(Duration.ofSeconds(2)).until(() -> {
            var before = steps.get();
            return pool.submit(model -> "turn").get(1, SECONDS).equals("turn") && steps.get() == before;
        });
    }

    @Test
    void endsWorkAtItsDeadline() {
        var work = pool.submit(model -> null);

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> work.get(6, SECONDS))
                .withCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void goesOnAfterWorkThatFails() throws Exception {
        var failed = pool.submit(model -> {
            throw new IllegalStateException("broken");
        });

        assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> failed.get(2, SECONDS));
        assertThat(pool.submit(model -> "next").get(2, SECONDS)).isEqualTo("next");
    }

    @Test
    void tellsWaitingWorkThatTheModelCannotBeLoaded() {
        try (var broken = new InferencePool(
                () -> {
                    throw new IllegalStateException("no model");
                },
                1,
                2,
                Duration.ofSeconds(15))) {
            var work = broken.submit(model -> "never");

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> work.get(10, SECONDS))
                    .withMessageContaining("no model");
            assertThat(broken.ready()).isFalse();
        }
    }
}
