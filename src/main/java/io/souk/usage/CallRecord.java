package io.souk.usage;

import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import io.souk.kernel.TenantId;
import io.souk.kernel.TokenCounts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One finished call, as it is kept for good. Times are cut to microseconds, which is what PostgreSQL keeps: a finer one
 * would be cut in one place and rounded in another, and the call would lie outside the span of its own batch.
 *
 * @param startedAt when it was admitted; decides price, partition and day
 * @param operation {@code chat} or {@code embeddings}
 * @param status the HTTP status that the caller got
 * @param costPicos exact cost in 1e-12 of the currency
 * @param chargeNanos what the customer pays, in 1e-9 of the currency; never more than {@code heldNanos}
 * @param absorbedNanos cost above what was held, which the customer does not pay
 * @param attempts how many backends were tried
 * @param firstByteMs from the start to the upstream's first byte; null if none came
 */
public record CallRecord(
        TenantId tenant,
        Instant startedAt,
        UUID callId,
        UUID journalId,
        String requestId,
        UUID keyId,
        UUID projectId,
        UUID offerId,
        UUID subscriptionId,
        UUID priceVersionId,
        @Nullable UUID backendId,
        String model,
        String operation,
        boolean stream,
        int status,
        CallReason reason,
        CountSource source,
        TokenCounts counts,
        String currency,
        long costPicos,
        long chargeNanos,
        long heldNanos,
        long absorbedNanos,
        int attempts,
        @Nullable Integer firstByteMs,
        int totalMs,
        Instant endedAt) {
    public CallRecord {
        startedAt = startedAt.truncatedTo(ChronoUnit.MICROS);
        endedAt = endedAt.truncatedTo(ChronoUnit.MICROS);
    }
}
