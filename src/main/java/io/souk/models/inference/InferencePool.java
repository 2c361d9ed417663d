package io.souk.models.inference;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fixed number of threads, a fixed number of places, and turns: each job does one step and goes to the end of the
 * queue. A job whose future is done (cancelled, past its deadline) does no further step.
 */
public final class InferencePool implements AutoCloseable {
    /** About how many tokens one step may run through the model. */
    public static final int STEP_TOKENS = 512;

    private static final Logger log = LoggerFactory.getLogger(InferencePool.class);
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final Supplier<MiniLm> loader;
    private final int capacity;
    private final Semaphore places;
    /** Never holds more than {@link #capacity} jobs, since each holds one of the {@link #places}. */
    private final BlockingQueue<Job<?>> queue = new LinkedBlockingQueue<>();

    private final Duration deadline;
    private final List<Thread> threads = new ArrayList<>();
    private volatile @Nullable MiniLm model;
    /** Guarded by this pool's monitor. */
    private boolean failed;

    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * @param threads how many steps may run at the same time; at least 1
     * @param places how many jobs may run or wait; at least 1
     * @param deadline how long a job may take from its acceptance
     */
    public InferencePool(Supplier<MiniLm> loader, int threads, int places, Duration deadline) {
        this.loader = loader;
        this.capacity = places;
        this.places = new Semaphore(places);
        this.deadline = deadline;
        for (var i = 0; i < threads; i++) {
            this.threads.add(
                    Thread.ofPlatform().name("house-model-" + i).daemon().start(this::work));
        }
    }

    /**
     * Takes the work on. The future fails with {@link InputRefused} for an input that cannot be taken and with
     * {@link java.util.concurrent.TimeoutException} after the deadline; cancelling it stops the work.
     *
     * @throws PoolBusy when every place is taken
     */
    public <T> CompletableFuture<T> submit(Steps<T> steps) {
        if (closing.getCount() == 0 || !places.tryAcquire()) {
            throw new PoolBusy("The house models are busy: all " + capacity
                    + " places are taken. Nothing was processed; try again in a moment.");
        }
        var job = new Job<>(steps, new CompletableFuture<T>());
        queue.add(job);
        return job.result.orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether the model is in memory. */
    public boolean ready() {
        return model != null;
    }

    private void work() {
        while (closing.getCount() > 0) {
            try {
                var loaded = load();
                if (loaded == null) {
                    closing.await(RETRY.toSeconds(), TimeUnit.SECONDS);
                    continue;
                }
                var job = queue.poll(1, TimeUnit.SECONDS);
                if (job != null && job.step(loaded)) {
                    places.release();
                } else if (job != null) {
                    queue.add(job);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized @Nullable MiniLm load() {
        var loaded = model;
        if (loaded == null && closing.getCount() > 0) {
            try {
                loaded = loader.get();
                model = loaded;
            } catch (RuntimeException | LinkageError e) {
                if (!failed && closing.getCount() > 0) {
                    log.error("The house models cannot answer, and try again every {}: {}", RETRY, e.getMessage(), e);
                    failed = true;
                }
                failWaiting(e);
            }
        }
        return loaded;
    }

    private void failWaiting(Throwable cause) {
        for (var job = queue.poll(); job != null; job = queue.poll()) {
            job.result.completeExceptionally(cause);
            places.release();
        }
    }

    /** Ends the threads and frees the model; jobs still waiting fail as busy. */
    @Override
    public void close() {
        closing.countDown();
        threads.forEach(Thread::interrupt);
        try {
            for (var thread : threads) {
                if (!thread.join(STOP)) {
                    log.warn(
                            "A house model did not stop within {}; its memory is left to the end of the process", STOP);
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        failWaiting(new PoolBusy("The house models are stopping. Nothing is charged; try again elsewhere."));
        var loaded = model;
        model = null;
        if (loaded != null) {
            loaded.close();
        }
    }

    private record Job<T>(Steps<T> steps, CompletableFuture<T> result) {
        /** Does one step; true when there is no more to do. */
        boolean step(MiniLm model) {
            if (result.isDone()) {
                return true;
            }
            try {
                var value = steps.next(model);
                if (value == null) {
                    return false;
                }
                result.complete(value);
                return true;
            } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
                result.completeExceptionally(e);
                return true;
            }
        }
    }
}
