package io.souk.gateway.limits;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The buckets that gateways share, in Redis or Valkey. Never waited for: every question has a deadline, and after a
 * failure none is asked for a second, so that a Redis that is away costs one call in a second its deadline.
 */
public final class SharedBuckets implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SharedBuckets.class);
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_WAITING = 100_000;

    private final Duration deadline;
    private final LongSupplier nanoTime;
    private final ClientResources resources;
    private final RedisClient client;
    private final RedisURI address;
    private final AtomicBoolean connecting = new AtomicBoolean();
    private volatile @Nullable StatefulRedisConnection<String, byte[]> connection;
    private volatile @Nullable AsyncProxyManager<String> buckets;
    private volatile long restsUntil;
    private volatile boolean away;

    /**
     * Begins to connect and returns at once; until it is connected, nothing is shared.
     *
     * @param url as {@code redis://user:password@host:6379/0}, or {@code rediss} for TLS
     * @param deadline how long a call may wait for an answer
     */
    public SharedBuckets(URI url, Duration deadline, LongSupplier nanoTime) {
        this.deadline = deadline;
        this.nanoTime = nanoTime;
        this.restsUntil = nanoTime.getAsLong();
        this.address = RedisURI.create(url);
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .build();
        this.client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MOST_WAITING)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(Duration.ofSeconds(2))
                        .build())
                .timeoutOptions(TimeoutOptions.enabled(deadline.multipliedBy(2)))
                .build());
        connect();
    }

    /** Connects if it is not connected yet; called now and then. A connection that broke comes back by itself. */
    public void connect() {
        if (buckets != null || !connecting.compareAndSet(false, true)) {
            return;
        }
        client.connectAsync(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE), address)
                .whenComplete((made, failed) -> {
                    if (failed == null) {
                        connection = made;
                        buckets = Bucket4jLettuce.casBasedBuilder(made)
                                .expirationAfterWrite(
                                        ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Meter.MINUTE))
                                .requestTimeout(deadline.multipliedBy(2))
                                .build()
                                .asAsync();
                        log.info("rate limits are shared with other gateways through Redis");
                    } else {
                        failed("it cannot be reached");
                    }
                    connecting.set(false);
                });
    }

    Duration deadline() {
        return deadline;
    }

    /** Whether to ask at all. */
    boolean isUp() {
        return buckets != null && nanoTime.getAsLong() - restsUntil >= 0;
    }

    /** A question got no answer in time. */
    void failed(String why) {
        restsUntil = nanoTime.getAsLong() + REST_NANOS;
        if (!away) {
            away = true;
            log.warn("Redis does not answer ({}): each gateway counts rate limits for itself until it does", why);
        }
    }

    void answered() {
        if (away) {
            away = false;
            log.info("Redis answers again: rate limits are shared");
        }
    }

    /** Only while {@link #isUp}. Questions about one bucket that come while one is under way go together. */
    AsyncBucketProxy bucket(String name, BucketConfiguration configuration) {
        AsyncProxyManager<String> manager = buckets;
        if (manager == null) {
            throw new IllegalStateException("Redis is not connected");
        }
        return manager.builder()
                .withOptimization(Optimizations.batching())
                .build(name, () -> CompletableFuture.completedFuture(configuration));
    }

    @Override
    public void close() {
        StatefulRedisConnection<String, byte[]> open = connection;
        if (open != null) {
            open.closeAsync();
        }
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
