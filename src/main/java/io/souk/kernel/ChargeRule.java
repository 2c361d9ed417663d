package io.souk.kernel;

import java.util.List;

/**
 * How a call that did not end well is charged. This is the one place that says so in words: the documentation prints it,
 * and tests hold the gateway to it, row by row.
 */
public enum ChargeRule {
    ANSWERED_WITH_AN_ERROR(
            "The model's server answered with an error, before any output", "Nothing", CallReason.UPSTREAM_ERROR),
    BROKE_OFF(
            "The model's server broke off in the middle",
            "Input, and the output delivered; never more than the bytes that reached you justify",
            CallReason.UPSTREAM_BROKEN),
    HUNG_UP_BEFORE("You hung up before the model's server was sent anything", "Nothing", CallReason.CANCELLED),
    HUNG_UP_LATER(
            "You hung up later",
            "Input, and the output produced until then: the model's server is cut off at once, and nothing is read"
                    + " after",
            CallReason.CANCELLED),
    CREDIT_ENDED(
            "Your credit ended during a stream",
            "What was delivered; the stream ends cleanly",
            CallReason.CREDIT_EXHAUSTED),
    ABSURD_USAGE(
            "The model's server sent no usage, or figures that cannot be: more output than it sent bytes or than the"
                    + " model can give, or less than nothing",
            "Our own count of the text, bounded by what was held",
            CountSource.COUNTED,
            CountSource.CORRECTED),
    GATEWAY_DIED(
            "Our gateway died",
            "What was delivered up to the last checkpoint; without one, nothing",
            CallReason.INTERRUPTED),
    OUR_FAULT("Any other fault of ours", "Nothing", CallReason.INTERNAL_ERROR);

    private final String happened;
    private final String charged;
    private final List<CallReason> reasons;
    private final List<CountSource> sources;

    ChargeRule(String happened, String charged, CallReason reason) {
        this.happened = happened;
        this.charged = charged;
        this.reasons = List.of(reason);
        this.sources = List.of();
    }

    ChargeRule(String happened, String charged, CountSource... sources) {
        this.happened = happened;
        this.charged = charged;
        this.reasons = List.of();
        this.sources = List.of(sources);
    }

    /** What happened, to a customer. */
    public String happened() {
        return happened;
    }

    /** What the customer pays then. */
    public String charged() {
        return charged;
    }

    /** The reasons that stand on the record; empty where the record tells it by the source of its counts. */
    public List<CallReason> reasons() {
        return reasons;
    }

    /** The sources of counts that stand on the record; empty where the record tells it by its reason. */
    public List<CountSource> sources() {
        return sources;
    }
}
