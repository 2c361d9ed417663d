package io.souk.kernel;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;

/** Makes time-ordered identifiers (UUID version 7, RFC 9562), so that rows arrive in the order of their index. */
public final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();
    /** Chance is fetched for so many identifiers at once: each time costs a lock that all threads share. */
    private static final int AT_ONCE = 64;

    private static final ThreadLocal<long[]> CHANCE = ThreadLocal.withInitial(() -> new long[2 * AT_ONCE + 1]);
    private static final InstantSource CLOCK = InstantSource.system();

    /** The identifier that stands for "none" where a format has no room for absence. */
    public static final UUID NIL = new UUID(0, 0);

    private Ids() {}

    /** A new identifier; its first 48 bits are the present time in milliseconds. */
    public static UUID next() {
        return at(CLOCK.millis());
    }

    /** A new identifier whose time part is {@code epochMillis}. */
    public static UUID at(long epochMillis) {
        if (Thread.currentThread().isVirtual()) {
            // too many of them, and too short-lived, for a store each
            return of(epochMillis, RANDOM.nextLong(), RANDOM.nextLong());
        }
        long[] chance = CHANCE.get();
        if (chance[0] == 0) {
            fetch(chance);
        }
        int at = (int) chance[0];
        chance[0] -= 2;
        UUID id = of(epochMillis, chance[at], chance[at - 1]);
        chance[at] = 0;
        chance[at - 1] = 0;
        return id;
    }

    private static void fetch(long[] chance) {
        byte[] bytes = new byte[2 * AT_ONCE * Long.BYTES];
        RANDOM.nextBytes(bytes);
        ByteBuffer.wrap(bytes).asLongBuffer().get(chance, 1, 2 * AT_ONCE);
        chance[0] = 2 * AT_ONCE;
    }

    private static UUID of(long epochMillis, long first, long second) {
        long high = (epochMillis << 16) | 0x7000L | (first & 0x0FFFL);
        long low = (second & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
