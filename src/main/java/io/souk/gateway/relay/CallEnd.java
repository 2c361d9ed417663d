package io.souk.gateway.relay;

import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import io.souk.kernel.TokenCounts;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended.
 *
 * @param counts what is to be charged for; {@link TokenCounts#NONE} when nothing is.
 *     The request itself is not counted among them
 * @param status the HTTP status that the caller was given, 499 when the caller had hung up before one
 * @param firstByteMillis from the request's head to the first byte of the answer, -1 if there was none
 * @param totalMillis from the request's head to now
 * @param backendId who answered, null if nobody did
 * @param bytesRelayed bytes of the answer's body written to the caller before the last piece
 */
public record CallEnd(
        TokenCounts counts,
        CallReason reason,
        CountSource source,
        int status,
        int firstByteMillis,
        int totalMillis,
        @Nullable UUID backendId,
        long bytesRelayed) {}
