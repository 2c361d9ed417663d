package io.souk.gateway.relay;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a backend knows us by, sent as a bearer token, and the search that takes it out of what the backend answers
 * (ADR 47). Immutable; one serves all calls of a backend.
 *
 * <p>A JSON document may spell {@code " \ /} with a backslash and any character but letters, digits and {@code - . _ ~}
 * as a hexadecimal escape; such spellings are found too. The search looks for the longest run of characters that are
 * never spelled otherwise, by Horspool's method: of a text without it nearly every byte is skipped. What stands before
 * and after the run is compared only where the run was found.
 */
public final class Credential {
    /** A shorter one is no secret but a word, as {@code EMPTY}: it is found only where it follows its scheme. */
    static final int SHORTEST_SECRET = 8;

    private static final String SCHEME = "Bearer ";
    private static final int ESCAPE = 6;
    private static final int LONGEST_RUN = Byte.MAX_VALUE;
    private static final int NO = 0;
    private static final int RAN_OUT = -1;

    private final String value;
    private final String header;
    /** What is searched for: ASCII. */
    private final byte[] sought;
    /** How many characters of it are no secret. */
    private final int shown;
    /** Where in it the run begins, and how long it is. */
    private final int run;

    private final int runLength;
    /** By how much the end of the window moves on when this byte is the last in it. */
    private final byte[] skip = new byte[256];
    /** Whether this byte can stand in a spelling of what is sought. */
    private final boolean[] inside = new boolean[256];
    /** The most bytes before the run, and in all. */
    private final int longestLead;

    private final int longest;

    private Credential(String value) {
        this.value = value;
        this.header = SCHEME + value;
        boolean secret = value.length() >= SHORTEST_SECRET;
        this.sought = (secret ? value : header).getBytes(StandardCharsets.ISO_8859_1);
        this.shown = secret ? 0 : SCHEME.length();
        int best = 0;
        int bestLength = 0;
        for (int at = 0, length = 0; at < sought.length; at++) {
            length = isPlain(sought[at]) ? Math.min(length + 1, LONGEST_RUN) : 0;
            if (length > bestLength) {
                bestLength = length;
                best = at + 1 - length;
            }
        }
        this.run = best;
        this.runLength = bestLength;
        Arrays.fill(skip, (byte) Math.max(1, bestLength));
        for (int i = 0; i < bestLength - 1; i++) {
            skip[sought[best + i] & 0xff] = (byte) (bestLength - 1 - i);
        }
        this.longestLead = spelling(0, best);
        this.longest = spelling(0, sought.length);
        for (byte one : sought) {
            inside[one & 0xff] = true;
            if (!isPlain(one)) {
                for (byte spelled : "\\u0123456789abcdefABCDEF".getBytes(StandardCharsets.US_ASCII)) {
                    inside[spelled] = true;
                }
            }
        }
    }

    /** @param value printable ASCII; null or empty for none */
    public static @Nullable Credential of(@Nullable String value) {
        return value == null || value.isEmpty() ? null : new Credential(value);
    }

    /** The secret itself. */
    public String value() {
        return value;
    }

    /** What the {@code Authorization} header says. */
    String header() {
        return header;
    }

    private int spelling(int from, int to) {
        int bytes = 0;
        for (int i = from; i < to; i++) {
            bytes += isPlain(sought[i]) ? 1 : ESCAPE;
        }
        return bytes;
    }

    /** Whether every writer of JSON leaves it as it is. */
    private static boolean isPlain(int c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '-'
                || c == '_'
                || c == '.'
                || c == '~';
    }

    /**
     * Writes asterisks over the credential wherever it stands in {@code bytes[from, to)}.
     *
     * @return where an end begins that may become the credential with what follows; {@code to} if nothing does
     */
    int mask(byte[] bytes, int from, int to) {
        int start = from;
        int seen = from;
        while (true) {
            int found = find(bytes, start, seen, to);
            if (found < 0) {
                return unfinished(bytes, start, to);
            }
            int secret = found;
            for (int i = 0; i < shown; i++) {
                secret += element(i, bytes, secret, to);
            }
            start = end(bytes, found, to);
            Arrays.fill(bytes, secret, start, (byte) '*');
            seen = start;
        }
    }

    /** The first place from {@code start} on where it stands whole, -1 if there is none. */
    private int find(byte[] bytes, int start, int seen, int to) {
        if (runLength == 0) {
            for (int at = start; at < to; at++) {
                if (inside[bytes[at] & 0xff] && end(bytes, at, to) > 0) {
                    return at;
                }
            }
            return -1;
        }
        int last = runLength - 1;
        byte ending = sought[run + last];
        int at = seen + last;
        while (at < to) {
            byte b = bytes[at];
            if (b == ending && isRun(bytes, at - last)) {
                int begins = begins(bytes, start, at - last, to);
                if (begins >= 0) {
                    return begins;
                }
            }
            at += skip[b & 0xff];
        }
        return -1;
    }

    private boolean isRun(byte[] bytes, int at) {
        return Arrays.equals(bytes, at, at + runLength, sought, run, run + runLength);
    }

    /** Where it begins whose run stands at {@code at}, -1 if what stands around it is something else. */
    private int begins(byte[] bytes, int start, int at, int to) {
        for (int begin = Math.max(start, at - longestLead); begin <= at - run; begin++) {
            if (end(bytes, begin, to) > 0) {
                return begin;
            }
        }
        return -1;
    }

    /** Where an end begins that is the beginning of what is sought. */
    private int unfinished(byte[] bytes, int start, int to) {
        int first = to;
        int least = Math.max(start, to - longest + 1);
        while (first > least && inside[bytes[first - 1] & 0xff]) {
            first--;
        }
        for (int at = first; at < to; at++) {
            if (end(bytes, at, to) == RAN_OUT) {
                return at;
            }
        }
        return to;
    }

    /** Where it ends that begins here; {@link #NO} if it does not, {@link #RAN_OUT} if more bytes have to tell. */
    private int end(byte[] bytes, int from, int to) {
        int at = from;
        for (int i = 0; i < sought.length; i++) {
            int used = element(i, bytes, at, to);
            if (used <= 0) {
                return used;
            }
            at += used;
        }
        return at;
    }

    /** How many bytes spell the character here; {@link #NO} or {@link #RAN_OUT}. */
    private int element(int index, byte[] bytes, int at, int to) {
        if (at == to) {
            return RAN_OUT;
        }
        byte c = sought[index];
        byte b = bytes[at];
        if (b == c && c != '\\') {
            return 1;
        }
        if (b != '\\' || isPlain(c)) {
            return NO;
        }
        if (at + 1 == to) {
            return RAN_OUT;
        }
        byte next = bytes[at + 1];
        if (next == 'u') {
            return hexadecimal(c, bytes, at + 2, to);
        }
        return next == c && (c == '"' || c == '\\' || c == '/') ? 2 : NO;
    }

    private static int hexadecimal(byte c, byte[] bytes, int from, int to) {
        for (int i = 0; i < 4; i++) {
            if (from + i == to) {
                return RAN_OUT;
            }
            int digit = Character.digit(bytes[from + i], 16);
            if (digit != (c >> 4 * (3 - i) & 0xf)) {
                return NO;
            }
        }
        return ESCAPE;
    }

    /** Says nothing of it. */
    @Override
    public String toString() {
        return "Credential[hidden]";
    }
}
