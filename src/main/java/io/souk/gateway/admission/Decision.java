package io.souk.gateway.admission;

import io.souk.gateway.snapshot.Snapshot;
import java.util.UUID;

/** What the snapshot says of a call, before its credit is held. */
public sealed interface Decision {
    /**
     * The call may be made if its credit can be held.
     *
     * @param holdNanos the most that it can cost, in 1e-9 of the currency
     * @param outputCap output tokens per answer to allow upstream; zero where there is no output to limit
     */
    record Admissible(
            Snapshot.Key key,
            Snapshot.Offer offer,
            UUID subscription,
            Snapshot.Price price,
            Snapshot.Funding funding,
            long holdNanos,
            int outputCap)
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
        /** The organisation has no account to pay from. */
        NO_FUNDS,
        /** More than the model can take in, or a cost beyond every bound. */
        TOO_LARGE
    }
}
