package io.souk.kernel;

import java.util.Locale;

/** What a counter does for a call that it takes part in. The codes are written to disk and never change. */
public enum FundingKind {
    /** It pays: what is charged is shared out among the call's money counters in their order, and booked. */
    MONEY(0),
    /** It limits: every one of a call's caps takes the whole charge, and nothing is booked. */
    CAP(1);

    private static final FundingKind[] BY_CODE = values();

    private final byte code;

    FundingKind(int code) {
        this.code = (byte) code;
    }

    /** The stable code on disk; equal to the position in {@link #values()}. */
    public byte code() {
        return code;
    }

    /** The lower-case name, as {@code money}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind with this code; an unknown code is an {@link IllegalArgumentException}. */
    public static FundingKind ofCode(byte code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("no kind of funding has the code " + code);
        }
        return BY_CODE[code];
    }
}
