package io.souk.kernel;

import java.util.Locale;

/** Where the counts of a call come from. The codes are written to disk and never change. */
public enum CountSource {
    /** The provider stated them. */
    PROVIDER(0),
    /** Our own tokenizer counted the real text. */
    COUNTED(1),
    /** Derived from bytes relayed. */
    ESTIMATED(2),
    /** The provider's numbers were absurd and were replaced within their bounds. */
    CORRECTED(3),
    /** There was nothing to count. */
    NONE(4);

    private static final CountSource[] BY_CODE = values();

    private final byte code;

    CountSource(int code) {
        this.code = (byte) code;
    }

    /** The stable code on disk; equal to the position in {@link #values()}. */
    public byte code() {
        return code;
    }

    /** The lower-case name on records and exports, as {@code provider}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The count source with this code; an unknown code is an {@link IllegalArgumentException}. */
    public static CountSource ofCode(byte code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("no count source has the code " + code);
        }
        return BY_CODE[code];
    }
}
