package io.souk.models.inference;

/** A text that the model cannot take whole; the message says why and what to do, for the caller's eyes. */
public final class InputRefused extends RuntimeException {
    private final String code;
    private final String reason;

    public InputRefused(String code, String message) {
        super(message, null, false, false);
        this.code = code;
        this.reason = message;
    }

    /** Why, and what to do. */
    public String reason() {
        return reason;
    }

    /** A stable word for programs. */
    public String code() {
        return code;
    }
}
