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
     * @param detail what exactly is at its end, whose and until when, as a sentence for the caller; empty where
     *     {@link Refusal} says it all
     */
    record Refused(Refusal refusal, Duration retryAfter, String detail, RateStanding standing) implements Opened {
        public Refused(Refusal refusal) {
            this(refusal, refusal.retryAfter(), "", RateStanding.NONE);
        }

        public Refused(Refusal refusal, Duration retryAfter) {
            this(refusal, retryAfter, "", RateStanding.NONE);
        }

        /** The same, with where the caller's limits stand. */
        public Refused with(RateStanding now) {
            return now == standing ? this : new Refused(refusal, retryAfter, detail, now);
        }
    }
}
