package io.souk.gateway.relay;

import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * Where a caller's limits stand. Of several limits of a kind, the one of which the least is left.
 *
 * @param requestsLimit requests per minute, -1 where none are limited
 * @param requestsRemaining how many more may be made in this minute
 * @param requestsReset until the minute is over, rounded up to a millisecond
 * @param tokensLimit tokens per minute, -1 where none are limited
 */
public record RateStanding(
        long requestsLimit,
        long requestsRemaining,
        Duration requestsReset,
        long tokensLimit,
        long tokensRemaining,
        Duration tokensReset) {
    /** Nothing is limited. */
    public static final RateStanding NONE = new RateStanding(-1, -1, Duration.ZERO, -1, -1, Duration.ZERO);

    /** As OpenAI names them; others read the same names or none. */
    public void forEachHeader(BiConsumer<String, String> header) {
        if (requestsLimit >= 0) {
            header.accept("x-ratelimit-limit-requests", Long.toString(requestsLimit));
            header.accept("x-ratelimit-remaining-requests", Long.toString(requestsRemaining));
            header.accept("x-ratelimit-reset-requests", span(requestsReset));
        }
        if (tokensLimit >= 0) {
            header.accept("x-ratelimit-limit-tokens", Long.toString(tokensLimit));
            header.accept("x-ratelimit-remaining-tokens", Long.toString(tokensRemaining));
            header.accept("x-ratelimit-reset-tokens", span(tokensReset));
        }
    }

    /** As {@code 850ms}, {@code 1s}, {@code 6m0s}: whole seconds, rounded up, from one second on. */
    static String span(Duration time) {
        long millis = Math.max(0, time.toMillis());
        if (millis < 1_000) {
            return millis + "ms";
        }
        long seconds = Math.ceilDiv(millis, 1_000L);
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
    }
}
