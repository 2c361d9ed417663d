package io.souk.kernel;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;

/** Makes time-ordered identifiers (UUID version 7, RFC 9562), so that rows arrive in the order of their index. */
public final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();
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
        long high = (epochMillis << 16) | 0x7000L | (RANDOM.nextInt() & 0x0FFFL);
        long low = (RANDOM.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
