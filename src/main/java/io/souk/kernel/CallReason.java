package io.souk.kernel;

import java.util.Locale;

/** Why a call ended. The codes are written to disk and never change. */
public enum CallReason {
    /** The answer was complete. */
    COMPLETED(0),
    /** The upstream answered with an error before any output. */
    UPSTREAM_ERROR(1),
    /** The upstream broke in the middle of its answer. */
    UPSTREAM_BROKEN(2),
    /** The caller hung up. */
    CANCELLED(3),
    /** The credit ended during a stream, which was ended cleanly. */
    CREDIT_EXHAUSTED(4),
    /** The gateway died during the call; recovery closed it. */
    INTERRUPTED(5),
    /** Our own fault; never charged. */
    INTERNAL_ERROR(6);

    private static final CallReason[] BY_CODE = values();

    private final byte code;

    CallReason(int code) {
        this.code = (byte) code;
    }

    /** The stable code on disk; equal to the position in {@link #values()}. */
    public byte code() {
        return code;
    }

    /** The lower-case name on records and exports, as {@code upstream_error}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The call reason with this code; an unknown code is an {@link IllegalArgumentException}. */
    public static CallReason ofCode(byte code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("no call reason has the code " + code);
        }
        return BY_CODE[code];
    }
}
