package io.souk.kernel;

import java.util.Locale;

/**
 * What a call is metered in. The classes are disjoint: a token is counted in exactly one of them, so that a cost is the
 * sum over the classes. The codes are written to disk and never change.
 */
public enum TokenClass {
    INPUT(0),
    CACHE_READ(1),
    CACHE_WRITE_5M(2),
    CACHE_WRITE_1H(3),
    OUTPUT(4),
    REASONING(5),
    AUDIO(6),
    IMAGE(7),
    REQUEST(8),
    SECOND(9);

    private static final TokenClass[] BY_CODE = values();

    private final byte code;

    TokenClass(int code) {
        this.code = (byte) code;
    }

    /** The stable code on disk; equal to the position in {@link #values()}. */
    public byte code() {
        return code;
    }

    /** The lower-case name for people and exports, as {@code cache_write_5m}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The class with this code; an unknown code is an {@link IllegalArgumentException}. */
    public static TokenClass ofCode(byte code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("no token class has the code " + code);
        }
        return BY_CODE[code];
    }
}
