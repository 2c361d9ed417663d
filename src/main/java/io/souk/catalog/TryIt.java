package io.souk.catalog;

import io.souk.kernel.TokenCounts;
import java.util.UUID;

/** Makes a real, charged call for a member of the organisation that is bound to the thread. */
public interface TryIt {
    /** What came of it. */
    sealed interface Outcome {}

    /**
     * The model answered.
     *
     * @param text what a person can read: the answer of a chat, or the first figures of a vector
     * @param costNanos in 1e-9 of the currency
     * @param currency ISO 4217 code
     */
    record Answer(String text, TokenCounts tokens, long costNanos, String currency, UUID callId) implements Outcome {}

    /**
     * There is no answer.
     *
     * @param message what happened, why, and what to do, in words for the person who asked
     */
    record Refused(String message) implements Outcome {}

    /**
     * Calls the gateway as this organisation and waits for the answer, within a deadline.
     *
     * @param offer live, and subscribed to
     * @param input at most {@value #MOST_CHARACTERS} characters
     */
    Outcome call(OfferView offer, String input);

    /** The longest input. */
    int MOST_CHARACTERS = 20_000;
}
