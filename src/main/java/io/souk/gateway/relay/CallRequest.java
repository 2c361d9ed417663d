package io.souk.gateway.relay;

import java.time.Instant;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a call needs, in no dialect's terms.
 *
 * @param apiKey the key as presented, null when there was none
 * @param model the name the caller used, as it stands in the catalogue
 * @param stream whether the answer is wanted piece by piece
 * @param inputBytes size of the request body in bytes, at least 1, since no text holds more tokens than bytes; and on top
 *     of it what pictures and the like may come to
 * @param outputCap the most output tokens per choice that the caller wants, empty when unsaid
 * @param choices how many answers are wanted ({@code n}), at least 1
 * @param requestId the caller's own or one made here; printable, at most 128 characters
 * @param receivedAt when the request's head arrived
 * @param promptTokens counts the prompt with our own tokenizer, pictures and the like reckoned in. Takes time in proportion to the prompt: never call it on
 *     an event loop
 * @param trace where the call belongs in the caller's trace
 */
public record CallRequest(
        @Nullable String apiKey,
        Operation operation,
        String model,
        boolean stream,
        long inputBytes,
        OptionalInt outputCap,
        int choices,
        String requestId,
        Instant receivedAt,
        LongSupplier promptTokens,
        Trace trace) {}
