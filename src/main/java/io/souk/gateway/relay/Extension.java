package io.souk.gateway.relay;

/** What became of a wish to let a stream go on. */
public enum Extension {
    /** More is held, and that is on record. */
    GRANTED,
    /** There is no more credit. */
    REFUSED,
    /** Whether there is more is not known at present, or it cannot be put on record. */
    UNAVAILABLE
}
