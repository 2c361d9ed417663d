package io.souk.gateway.journal;

/** Why the journal does not take a record. */
public enum Refusal {
    RING_FULL("the journal's writer is behind, its queue is full; try again in a moment"),
    NO_SPACE("the journal has no space that could be reserved for the call; free disk space, raise the journal's limit,"
            + " or see why settlement does not drain it"),
    ALREADY_OPEN("a call with this id is open in this journal; ids of calls must be unique"),
    MOVING("a write to the journal's disk failed and its records are being written again to a new file"),
    STALLED("a write to the journal's disk has not returned for more than a second; calls are taken again when it does,"
            + " see what the device waits for"),
    FAILED("the journal's disk failed and so did a new file; this process takes no calls until the journal begins"
            + " anew"),
    CLOSED("the journal is closed, the process is stopping");

    private final String text;

    Refusal(String text) {
        this.text = text;
    }

    /** What happened and what to do, for a log or an error. */
    public String text() {
        return text;
    }
}
