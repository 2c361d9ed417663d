package io.souk.gateway.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class HandOverTests {
    private final List<Runnable> handed = new ArrayList<>();
    private final List<Runnable> elsewhere = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private final HandOver handOver = new HandOver();

    private static Ack.Onward onward(Executor where, Runnable what) {
        return new Ack.Onward() {
            @Override
            public Executor executor() {
                return where;
            }

            @Override
            public void run() {
                what.run();
            }
        };
    }

    @Test
    void givesEachPlaceAllOfAWriteAtOnceAndInOrder() {
        Executor loop = handed::add;
        Executor other = elsewhere::add;
        handOver.add(onward(loop, () -> heard.add("first")));
        handOver.add(onward(other, () -> heard.add("other")));
        handOver.add(null);
        handOver.add(onward(loop, () -> heard.add("second")));
        assertThat(handed).isEmpty();
        handOver.flush();
        handOver.flush();
        assertThat(handed).hasSize(1);
        assertThat(elsewhere).hasSize(1);
        handed.forEach(Runnable::run);
        assertThat(heard).containsExactly("first", "second");
    }

    @Test
    void tellsTheOthersWhenOneFails() {
        Executor loop = handed::add;
        handOver.add(onward(loop, () -> {
            throw new IllegalStateException("a mistake");
        }));
        handOver.add(onward(loop, () -> heard.add("second")));
        handOver.flush();
        handed.forEach(Runnable::run);
        assertThat(heard).containsExactly("second");
    }
}
