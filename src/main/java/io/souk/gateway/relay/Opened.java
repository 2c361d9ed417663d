package io.souk.gateway.relay;

import java.time.Duration;

/** What became of a request to open a call. */
public sealed interface Opened {
    /** Held and journalled: the call must be closed exactly once. */
    record Admitted(CallHandle call) implements Opened {}

    /**
     * Nothing was held, nothing is journalled, nothing is owed.
     *
     * @param retryAfter when another try makes sense; zero where {@link Refusal} says no time
     */
    record Refused(Refusal refusal, Duration retryAfter) implements Opened {
        public Refused(Refusal refusal) {
            this(refusal, refusal.retryAfter());
        }
    }
}
