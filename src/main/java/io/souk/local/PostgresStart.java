package io.souk.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A PostgreSQL that is on its way. */
final class PostgresStart implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final CompletableFuture<EmbeddedPostgres> postgres = new CompletableFuture<>();

    private PostgresStart() {}

    /** Begins at once and returns at once. */
    static PostgresStart in(Path folder) {
        PostgresStart start = new PostgresStart();
        Thread.ofPlatform().daemon().name("postgres-start").start(() -> {
            try {
                start.postgres.complete(new EmbeddedPostgres(folder));
            } catch (RuntimeException | Error e) {
                start.postgres.completeExceptionally(e);
            }
        });
        return start;
    }

    /**
     * Waits until it answers.
     *
     * @throws LocalModeRefused if it did not start
     */
    EmbeddedPostgres await() {
        try {
            return postgres.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof LocalModeRefused refused
                    ? refused
                    : new LocalModeRefused("PostgreSQL did not start: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new LocalModeRefused(
                    "PostgreSQL did not start within " + LIMIT.toMinutes() + " minutes on this machine.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalModeRefused("The start of PostgreSQL was interrupted.", e);
        }
    }

    @Override
    public void close() {
        if (!postgres.isCompletedExceptionally()) {
            await().close();
        }
    }
}
