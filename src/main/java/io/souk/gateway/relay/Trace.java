package io.souk.gateway.relay;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Where a call belongs in a distributed trace (W3C trace context). The caller's {@code traceparent} is gone on from; its
 * {@code tracestate} is between it and its own tracing, and never passed on.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId this gateway's part of the trace, 16 hexadecimal digits
 * @param sampled whether the caller records the trace; true for one that begins here
 */
public record Trace(String traceId, String spanId, boolean sampled) {
    private static final HexFormat HEX = HexFormat.of();
    private static final int LENGTH = 55;

    /** Goes on from the caller's header, or begins a trace where there is none or none that can be read. */
    public static Trace of(@Nullable String traceparent) {
        if (traceparent != null && isReadable(traceparent)) {
            return new Trace(
                    traceparent.substring(3, 35),
                    newSpanId(),
                    (HexFormat.fromHexDigit(traceparent.charAt(54)) & 1) != 0);
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new Trace(
                HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong() | 1), newSpanId(), true);
    }

    private static String newSpanId() {
        return HEX.toHexDigits(ThreadLocalRandom.current().nextLong() | 1);
    }

    /** A later version may have more behind; what stands in front is the same. */
    private static boolean isReadable(String header) {
        boolean known = header.startsWith("00-") ? header.length() == LENGTH : header.length() >= LENGTH;
        return known
                && !header.startsWith("ff")
                && (header.length() == LENGTH || header.charAt(LENGTH) == '-')
                && isHex(header, 0, 2)
                && header.charAt(2) == '-'
                && isHex(header, 3, 35)
                && !isZero(header, 3, 35)
                && header.charAt(35) == '-'
                && isHex(header, 36, 52)
                && !isZero(header, 36, 52)
                && header.charAt(52) == '-'
                && isHex(header, 53, 55);
    }

    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }

    /** The header for the backend: the same trace, with this gateway as the parent. */
    public String upstream() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }
}
