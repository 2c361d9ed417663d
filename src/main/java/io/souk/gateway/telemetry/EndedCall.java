package io.souk.gateway.telemetry;

import io.souk.gateway.relay.CallEnd;
import io.souk.gateway.relay.Operation;
import io.souk.kernel.TokenCounts;
import java.time.Instant;
import java.util.UUID;

/**
 * A call that ended, without anything that was said in it.
 *
 * @param requestId printable, from the caller or made here
 * @param provider who sells the model
 * @param counts what is charged for
 * @param chargeNanos what the customer pays, in 1e-9 of the currency
 * @param attempts backends that were tried
 * @param recorded whether the end is in the journal
 */
public record EndedCall(
        Instant at,
        UUID callId,
        String requestId,
        String traceId,
        UUID organisation,
        UUID project,
        UUID key,
        String model,
        String provider,
        Operation operation,
        boolean stream,
        CallEnd end,
        TokenCounts counts,
        String currency,
        long chargeNanos,
        int attempts,
        boolean recorded) {}
