package io.souk.gateway.journal;

import org.jspecify.annotations.Nullable;

/** The journal did not take a record, for the reason given. Has no stack trace: it is an outcome, made on the hot path. */
public final class JournalRefused extends Exception {
    private final Refusal refusal;

    JournalRefused(Refusal refusal, @Nullable Throwable cause) {
        super(refusal.text(), cause, false, false);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
