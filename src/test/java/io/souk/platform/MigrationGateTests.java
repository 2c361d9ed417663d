package io.souk.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class MigrationGateTests {
    private final MigrationGate gate = new MigrationGate();

    @Test
    void isOpenWhereNothingIsMigrated() {
        assertThatCode(gate::pass).doesNotThrowAnyException();
    }

    @Test
    void letsNobodyPassWhileMigrationsRunAndEverybodyAfterwards() throws Exception {
        CountDownLatch migrations = new CountDownLatch(1);
        gate.migrate(() -> await(migrations));
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> passing = executor.submit(gate::pass);
            assertThatThrownBy(() -> passing.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            migrations.countDown();
            assertThat(passing.get(10, TimeUnit.SECONDS)).isNull();
        }
    }

    @Test
    void endsTheStartWhereMigrationsFailed() {
        gate.migrate(() -> {
            throw new DatabaseRefused("no such table");
        });
        assertThatThrownBy(gate::afterSingletonsInstantiated)
                .hasMessageContaining("could not be migrated")
                .hasMessageContaining("no such table")
                .hasCauseInstanceOf(DatabaseRefused.class);
        assertThatThrownBy(gate::pass).hasCauseInstanceOf(DatabaseRefused.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
