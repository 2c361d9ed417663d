package io.souk.models.inference;

/** Every place in the queue is taken; the call was not begun and may be tried again. */
public final class PoolBusy extends RuntimeException {
    private final String reason;

    PoolBusy(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    /** Why, and what to do, for the caller's eyes. */
    public String reason() {
        return reason;
    }
}
