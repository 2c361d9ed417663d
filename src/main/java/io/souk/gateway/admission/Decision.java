package io.souk.gateway.admission;

import io.souk.gateway.snapshot.Snapshot;
import java.util.List;
import java.util.UUID;

/** What the snapshot says of a call, before its credit is held. */
public sealed interface Decision {
    /**
     * The call may be made if its credit can be held.
     *
     * @param holdNanos the most that it can cost, in 1e-9 of the currency
     * @param outputCap output tokens per answer to allow upstream; zero where there is no output to limit
     * @param purse what the hold is taken from
     * @param budgets those whose counters are the purse's caps, in the same order
     * @param limits every limit that this call counts against
     * @param tokenEstimate tokens to reckon with for limits until the true count is known, at least one
     */
    record Admissible(
            Snapshot.Key key,
            Snapshot.Offer offer,
            UUID subscription,
            Snapshot.Price price,
            Snapshot.Funding funding,
            long holdNanos,
            int outputCap,
            Purse purse,
            List<Snapshot.Budget> budgets,
            List<Snapshot.Limit> limits,
            long tokenEstimate)
            implements Decision {}

    /** The key is not in the snapshot: it may have been made a moment ago, so it is worth one look-up. */
    record KeyNotKnown() implements Decision {}

    record Refused(Reason reason) implements Decision {}

    enum Reason {
        KEY_REVOKED,
        KEY_EXPIRED,
        MODEL_UNKNOWN,
        /** The model exists, but does another task than the one asked for. */
        MODEL_OF_OTHER_TASK,
        MODEL_WITHDRAWN,
        NOT_SUBSCRIBED,
        /** No price is in force yet: nothing can be charged, so nothing is served. */
        NO_PRICE,
        NO_BACKEND_UP,
        /** A budget that must not be exceeded has no counter for the present window yet. */
        BUDGET_NOT_READY,
        /** The organisation has no account to pay from. */
        NO_FUNDS,
        /** More than the model can take in, or a cost beyond every bound. */
        TOO_LARGE
    }
}
