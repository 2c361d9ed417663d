package io.souk.gateway.limits;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.souk.gateway.snapshot.Snapshot;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One limit's bucket: as many tokens as the limit allows, filled up again every minute. Lock-free: whoever loses the
 * compare-and-set tries again, and only calls under the same limit meet here.
 */
final class Meter {
    static final Duration MINUTE = Duration.ofMinutes(1);
    /** One in a nanosecond: Bucket4j refuses to fill any faster, and no gateway can use as much. */
    private static final long MOST_REFILLED = MINUTE.toNanos();

    /**
     * Whose bucket of what. A limit that was changed is another bucket, with a minute of its own.
     *
     * @param tenant tells apart organisations under a limit of a model, which each has for itself
     */
    record Id(UUID tenant, UUID subject, Measure measure, long perMinute) {
        /** The bucket's name in Redis. */
        String name() {
            return "souk:limit:" + tenant + ":" + subject + ":" + (measure == Measure.TOKENS ? "t" : "r") + ":"
                    + perMinute;
        }
    }

    private final Id id;
    private final BucketConfiguration configuration;
    private final Bucket local;
    private volatile @Nullable AsyncBucketProxy shared;

    Meter(Id id, TimeMeter time) {
        this.id = id;
        Bandwidth bandwidth = Bandwidth.builder()
                .capacity(id.perMinute)
                .refillIntervally(Math.min(id.perMinute, MOST_REFILLED), MINUTE)
                .build();
        this.configuration = BucketConfiguration.builder().addLimit(bandwidth).build();
        this.local = Bucket.builder()
                .addLimit(bandwidth)
                .withCustomTimePrecision(time)
                .build();
    }

    long perMinute() {
        return id.perMinute;
    }

    Bucket local() {
        return local;
    }

    /** The bucket that all gateways share; the same object each time, so that it can put questions together. */
    AsyncBucketProxy shared(SharedBuckets buckets) {
        AsyncBucketProxy known = shared;
        if (known == null) {
            synchronized (this) {
                known = shared;
                if (known == null) {
                    known = buckets.bucket(id.name(), configuration);
                    shared = known;
                }
            }
        }
        return known;
    }

    /** How much one call takes of one bucket. */
    record Draw(Snapshot.Limit limit, Measure measure, Meter meter, long amount) {}
}
