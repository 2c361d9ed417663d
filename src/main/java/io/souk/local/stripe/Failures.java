package io.souk.local.stripe;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What tests order to go wrong: the next calls to the API, and the next charge. Forgotten when the process ends. */
final class Failures {
    private static final int MOST = 1_000;

    /**
     * How one call goes wrong.
     *
     * @param status answered instead of doing anything; null where the work is done
     * @param delay how long the answer is kept back
     * @param dropped whether the connection is cut after the work was done
     */
    record Failure(@Nullable Integer status, Duration delay, boolean dropped) {}

    private final ConcurrentLinkedQueue<Failure> calls = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Decline> decline = new AtomicReference<>();

    void fail(int times, Failure failure) {
        for (int i = 0; i < Math.min(times, MOST); i++) {
            calls.add(failure);
        }
    }

    @Nullable
    Failure next() {
        return calls.poll();
    }

    void declineNext(Decline with) {
        decline.set(with);
    }

    @Nullable
    Decline takeDecline() {
        return decline.getAndSet(null);
    }

    void clear() {
        calls.clear();
        decline.set(null);
    }

    static Refusal refusal(int status) {
        return switch (status) {
            case 401 -> Refusal.of(401, "invalid_request_error", null, "Invalid API Key provided: ****", null);
            case 409 -> Refusal.of(409, "idempotency_error", "idempotency_key_in_use", "Ordered conflict.", null);
            case 429 ->
                Refusal.of(
                        429,
                        "invalid_request_error",
                        "rate_limit",
                        "Too many requests hit the API too "
                                + "quickly. We recommend an exponential backoff of your requests.",
                        null);
            default -> Refusal.of(status, "api_error", null, "An ordered failure of the local Stripe.", null);
        };
    }
}
