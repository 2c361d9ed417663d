package io.souk.gateway.relay;

import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts tokens away from the event loops, on few threads and with a bounded queue. */
public final class TokenCounting implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TokenCounting.class);
    private static final int MAX_WAITING = 256;

    private final ThreadPoolExecutor workers;

    public TokenCounting(int threads) {
        workers = new ThreadPoolExecutor(
                threads,
                threads,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().daemon().name("souk-tokens-", 0).factory());
        workers.allowCoreThreadTimeOut(true);
    }

    /**
     * Counts, then tells the number on {@code loop}.
     *
     * @param then is given nothing if too much is waiting or the count failed: an estimate must do
     */
    public void count(LongSupplier work, Executor loop, Consumer<OptionalLong> then) {
        try {
            workers.execute(() -> {
                OptionalLong counted = counted(work);
                try {
                    loop.execute(() -> then.accept(counted));
                } catch (RejectedExecutionException ended) {
                    LOG.debug("A count came after its event loop had ended.");
                }
            });
        } catch (RejectedExecutionException full) {
            then.accept(OptionalLong.empty());
        }
    }

    private static OptionalLong counted(LongSupplier work) {
        try {
            return OptionalLong.of(work.getAsLong());
        } catch (RuntimeException failed) {
            LOG.warn("A text's tokens could not be counted; an estimate is used.", failed);
            return OptionalLong.empty();
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
