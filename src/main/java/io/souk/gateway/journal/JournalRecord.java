package io.souk.gateway.journal;

import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import io.souk.kernel.TokenCounts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/**
 * One fact about one call. Times are cut to microseconds, which is what PostgreSQL keeps, so that a time read back equals
 * the one written. {@link #NIL} stands for "none" where an id may be absent.
 */
public sealed interface JournalRecord {
    /** The id that means none. */
    UUID NIL = new UUID(0, 0);

    /** The longest model name, in characters. */
    int MAX_MODEL = 512;
    /** The longest request id, in characters. */
    int MAX_REQUEST_ID = 256;
    /** The most counters that one record may draw on. */
    int MAX_FUNDING = 64;

    UUID callId();

    /**
     * A call was admitted. To be written before the first byte goes upstream.
     *
     * @param projectId {@link #NIL} when the key belongs to no project
     * @param heldNanos money put aside in total, in 1e-9 units of the currency; never negative
     * @param currency three ASCII letters
     * @param funding the counters that pay, in the order in which they are spent
     */
    record Open(
            UUID callId,
            Instant startedAt,
            UUID tenantId,
            UUID projectId,
            UUID keyId,
            UUID offerId,
            UUID subscriptionId,
            UUID priceVersionId,
            String model,
            byte dialect,
            byte operation,
            boolean stream,
            String requestId,
            long heldNanos,
            String currency,
            List<Funding> funding)
            implements JournalRecord {
        public Open {
            startedAt = startedAt.truncatedTo(ChronoUnit.MICROS);
            funding = limited(funding);
            notLonger("model", model, MAX_MODEL);
            notLonger("request id", requestId, MAX_REQUEST_ID);
            notNegative("the amount held", heldNanos);
            if (currency.length() != 3 || !currency.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new IllegalArgumentException("a currency has three ASCII letters, not \"" + currency + '"');
            }
        }
    }

    /**
     * A backend is about to be tried.
     *
     * @param number counts from 1 within the call
     */
    record Attempt(UUID callId, UUID backendId, int number, Instant at) implements JournalRecord {
        public Attempt {
            at = at.truncatedTo(ChronoUnit.MICROS);
        }
    }

    /** More was put aside for a running call. To be written before what it pays for is relayed. */
    record Extend(UUID callId, List<Funding> added) implements JournalRecord {
        public Extend {
            added = limited(added);
        }
    }

    /**
     * What the caller has received so far.
     *
     * @param counts since the call began
     * @param bytesRelayed since the call began
     */
    record Checkpoint(UUID callId, TokenCounts counts, long bytesRelayed, Instant at) implements JournalRecord {
        public Checkpoint {
            at = at.truncatedTo(ChronoUnit.MICROS);
            notNegative("the number of bytes relayed", bytesRelayed);
        }
    }

    /**
     * A call ended; the first one for a call counts. To be written before the terminal piece goes to the caller.
     *
     * @param cost exact, before rounding
     * @param chargeNanos what the customer pays, in 1e-9 units of the currency; never negative
     * @param absorbedNanos what the house pays because it exceeded the hold; never negative
     * @param status the HTTP status that the caller saw, 0 when none
     * @param firstByteMillis from the start to the first byte for the caller, -1 when unknown
     * @param totalMillis from the start to the end
     * @param backendId the backend that answered, {@link #NIL} when none
     */
    record Close(
            UUID callId,
            Instant endedAt,
            TokenCounts counts,
            PicoAmount cost,
            long chargeNanos,
            long absorbedNanos,
            CallReason reason,
            CountSource source,
            int status,
            int firstByteMillis,
            int totalMillis,
            UUID backendId)
            implements JournalRecord {
        public Close {
            endedAt = endedAt.truncatedTo(ChronoUnit.MICROS);
            notNegative("the charge", chargeNanos);
            notNegative("the absorbed amount", absorbedNanos);
        }
    }

    private static List<Funding> limited(List<Funding> funding) {
        if (funding.size() > MAX_FUNDING) {
            throw new IllegalArgumentException(
                    "a record draws on at most " + MAX_FUNDING + " counters, not " + funding.size());
        }
        return List.copyOf(funding);
    }

    private static void notLonger(String what, String text, int most) {
        if (text.length() > most) {
            throw new IllegalArgumentException(
                    "the " + what + " has " + text.length() + " characters; at most " + most + " fit");
        }
    }

    private static void notNegative(String what, long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException(what + " is negative: " + amount);
        }
    }
}
