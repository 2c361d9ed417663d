package io.souk.platform;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Lets migrations run beside the rest of the start (ADR 0044): whoever asks the program's pools for a connection
 * meanwhile waits for their end, and is refused if they failed. Open until migrations begin. No server listens and no
 * work is scheduled before they have ended.
 */
class MigrationGate implements SmartInitializingSingleton {
    /** A new index on a large table takes hours, not days. */
    private static final Duration LIMIT = Duration.ofDays(1);

    private volatile @Nullable CompletableFuture<@Nullable Void> migrated;

    /** Begins the migrations and returns at once. */
    void migrate(Runnable migrations) {
        CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
        migrated = ended;
        Thread.ofPlatform().daemon().name("migrations").start(() -> {
            try {
                migrations.run();
                ended.complete(null);
            } catch (RuntimeException | Error e) {
                ended.completeExceptionally(e);
            }
        });
    }

    /** @throws IllegalStateException if the migrations failed, or did not end within a day */
    void pass() {
        CompletableFuture<@Nullable Void> running = migrated;
        if (running == null) {
            return;
        }
        try {
            running.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("The database could not be migrated: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("The migrations did not end within " + LIMIT.toHours() + " hours", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the database was migrated", e);
        }
    }

    @Override
    public void afterSingletonsInstantiated() {
        pass();
    }
}
