package io.souk.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

class SchedulingTests {
    @Test
    void workThatHangsHoldsUpNoOther() throws Exception {
        ThreadPoolTaskScheduler scheduler = new PlatformConfiguration().taskScheduler();
        scheduler.initialize();
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch runs = new CountDownLatch(3);
        try {
            for (int i = 1; i < PlatformConfiguration.WORKERS; i++) {
                scheduler.scheduleWithFixedDelay(() -> await(hangs), Duration.ofMillis(1));
            }
            scheduler.scheduleWithFixedDelay(runs::countDown, Duration.ofMillis(1));
            assertThat(runs.await(5, TimeUnit.SECONDS)).isTrue();
        } finally {
            hangs.countDown();
            scheduler.shutdown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
