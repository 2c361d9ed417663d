package io.souk.gateway.journal;

import java.time.Duration;

/**
 * How a journal trades durability, space and memory.
 *
 * @param fsyncEvery how long a written record may wait to be forced; zero forces before every acknowledgement
 * @param segmentBytes size of a file, 256 KiB to 1 GiB
 * @param ringCapacity records waiting for the writer, a power of two from 64 on
 * @param maxBytes the most that the journal's directory may take, at least two segments; new calls are refused beyond
 * @param retain how long a drained file is kept, so that a PostgreSQL restored to an earlier moment can be drained again;
 *     where the journal is three quarters full only {@link #retainAtLeast}
 */
public record JournalSettings(
        Duration fsyncEvery, long segmentBytes, int ringCapacity, long maxBytes, Duration retain) {
    public static final JournalSettings DEFAULTS =
            new JournalSettings(Duration.ofMillis(50), 64L << 20, 1 << 14, 16L << 30, Duration.ofHours(24));

    /** No copy of a database that is fit to take over is further behind. */
    private static final Duration FAILOVER = Duration.ofMinutes(10);

    public JournalSettings {
        require(!fsyncEvery.isNegative(), "fsync-every is negative: " + fsyncEvery);
        require(
                segmentBytes >= 256 << 10 && segmentBytes <= 1 << 30,
                "segment-bytes must lie between 256 KiB and 1 GiB, not " + segmentBytes);
        require(
                ringCapacity >= 64 && Integer.bitCount(ringCapacity) == 1,
                "ring-capacity must be a power of two from 64 on, not " + ringCapacity);
        require(
                maxBytes >= 2 * segmentBytes,
                "max-bytes must hold at least two segments of " + segmentBytes + " bytes, not " + maxBytes);
        require(!retain.isNegative(), "retain is negative: " + retain);
    }

    /**
     * How long a drained file is kept however full the journal is: new calls are refused before the calls are forgotten
     * that a PostgreSQL loses which fails over to a copy that was behind.
     */
    Duration retainAtLeast() {
        return retain.compareTo(FAILOVER) < 0 ? retain : FAILOVER;
    }

    public JournalSettings withFsyncEvery(Duration every) {
        return new JournalSettings(every, segmentBytes, ringCapacity, maxBytes, retain);
    }

    public JournalSettings withSegmentBytes(long bytes) {
        return new JournalSettings(fsyncEvery, bytes, ringCapacity, maxBytes, retain);
    }

    public JournalSettings withRingCapacity(int capacity) {
        return new JournalSettings(fsyncEvery, segmentBytes, capacity, maxBytes, retain);
    }

    public JournalSettings withMaxBytes(long bytes) {
        return new JournalSettings(fsyncEvery, segmentBytes, ringCapacity, bytes, retain);
    }

    public JournalSettings withRetain(Duration time) {
        return new JournalSettings(fsyncEvery, segmentBytes, ringCapacity, maxBytes, time);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
