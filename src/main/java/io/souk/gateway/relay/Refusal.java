package io.souk.gateway.relay;

import java.time.Duration;

/** Why a call was not admitted, in no dialect's terms; each dialect has its own status, code and words for it. */
public enum Refusal {
    /** No key was presented. */
    MISSING_KEY(0),
    /** The key was never issued, or is mistyped. */
    UNKNOWN_KEY(0),
    REVOKED_KEY(0),
    EXPIRED_KEY(0),
    /** No model of that name can be seen with this key. */
    UNKNOWN_MODEL(0),
    /** The model exists, the organisation has not subscribed to it. */
    NOT_SUBSCRIBED(0),
    /** The model was withdrawn from the market. */
    MODEL_WITHDRAWN(0),
    /** The model does not do what was asked, as embeddings by a chat model. */
    WRONG_OPERATION(0),
    /** The model has no backend that is up. */
    NO_BACKEND(5),
    /** The balance does not cover the worst case of the call. */
    CREDIT_EXHAUSTED(0),
    /** A budget of the key, its project or the organisation does not cover the worst case of the call. */
    BUDGET_EXHAUSTED(0),
    /** Too many requests in the minute, or too many calls at once. */
    TOO_MANY_REQUESTS(1),
    /** Too many tokens in the minute. */
    TOO_MANY_TOKENS(1),
    /** Too much at once for this gateway; the same call may succeed in a moment. */
    BUSY(1),
    /** Every backend of the model that works is full, or has asked for a rest. */
    BACKENDS_BUSY(1),
    /** The gateway cannot journal or knows too little at present; nothing is wrong with the call. */
    UNAVAILABLE(5);

    private final Duration retryAfter;

    Refusal(int retryAfterSeconds) {
        this.retryAfter = Duration.ofSeconds(retryAfterSeconds);
    }

    /** When another try makes sense by default; zero when the same call would be refused again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
