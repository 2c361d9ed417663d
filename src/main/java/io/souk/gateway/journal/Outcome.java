package io.souk.gateway.journal;

/** What became of a record at once. */
public sealed interface Outcome {
    /** It is queued; the {@link Ack} will hear. */
    record Accepted() implements Outcome {}

    /** It is not queued, and the {@link Ack} will not hear. */
    record Refused(Refusal refusal) implements Outcome {}
}
