package io.souk.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class TimeSliceTests {
    @Test
    void whoeverAsksHasWhatWasAskedForAndNobodyElseDoes() throws Exception {
        Duration before = inThreadOfItsOwn(TimeSlice::asked);

        Duration after = inThreadOfItsOwn(() -> {
            boolean taken = TimeSlice.ask(TimeSlice.SHORTEST);
            Duration asked = TimeSlice.asked();
            // a Linux before 6.12 takes the wish and forgets it
            assertThat(asked).isIn(TimeSlice.SHORTEST, before);
            assertThat(taken || asked.equals(before)).isTrue();
            assertThat(inThreadOfItsOwn(TimeSlice::asked))
                    .as("of a thread that it starts")
                    .isEqualTo(before);
            return asked;
        });

        assertThat(after).isIn(TimeSlice.SHORTEST, before);
        assertThat(inThreadOfItsOwn(TimeSlice::asked)).isEqualTo(before);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void linuxCanBeAsked() throws Exception {
        assertThat(TimeSlice.isKnown()).isTrue();
        assertThat(inThreadOfItsOwn(() -> TimeSlice.ask(TimeSlice.SHORTEST))).isTrue();
    }

    private static <T> T inThreadOfItsOwn(Callable<T> task) throws Exception {
        FutureTask<T> future = new FutureTask<>(task);
        Thread.ofPlatform().start(future).join(Duration.ofSeconds(10));
        return future.get();
    }
}
