package io.souk.gateway.relay;

import io.souk.gateway.routing.Tried;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What a caller is told of backends that do not answer, and of our own mistakes. */
final class Faults {
    private static final long MAX_RETRY_SECONDS = 60;
    private static final long MAX_REST_SECONDS = 3600;

    private Faults() {}

    static Failure notReached(Throwable cause) {
        if (cause instanceof ConnectionPoolTooBusyException) {
            return Failure.fault(
                            503,
                            "Too many calls wait for the model's backend. Try again in a moment.",
                            "server_is_overloaded")
                    .after(Refusal.BUSY.retryAfter());
        }
        String why = isTls(cause)
                ? "The certificate of the model's backend is not trusted, or its TLS is broken. The seller must mend"
                        + " it."
                : "The model's backend cannot be reached. Try again later.";
        return Failure.fault(502, why, "backend_unreachable");
    }

    private static boolean isTls(@Nullable Throwable cause) {
        return cause != null && (cause instanceof SSLException || isTls(cause.getCause()));
    }

    static Failure brokeOff() {
        return Failure.fault(502, "The model's backend broke off its answer. Try again.", "backend_broke_off");
    }

    static Failure wrongForm(@Nullable String type, boolean streamWanted) {
        return Failure.fault(
                502,
                "The model's backend was asked for " + (streamWanted ? "a stream" : "one document") + " and answered "
                        + (type == null ? "something without a content type" : type) + ".",
                "backend_error");
    }

    static Failure silent(Duration limit) {
        return Failure.fault(
                504, "The model's backend was silent for " + text(limit) + ". Try again later.", "backend_timeout");
    }

    static Failure tooLong(Duration limit) {
        return Failure.fault(
                504,
                "The model's backend did not finish within " + text(limit) + ". Ask for a shorter answer.",
                "backend_timeout");
    }

    static Failure ourMistake() {
        return Failure.fault(
                500,
                "Souk made a mistake. The call costs nothing; try again, and tell us the request id.",
                "internal_error");
    }

    private static String text(Duration limit) {
        return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
    }

    /** How long the backend wants to be left alone, null if it did not say so. */
    static @Nullable Duration asked(HttpClientResponse head, Instant now) {
        return RetryAfter.read(head.getHeader(HttpHeaders.RETRY_AFTER), head.getHeader(HttpHeaders.DATE), now);
    }

    /** How long a backend that asks for it is left alone: what it says, a second at least and an hour at most. */
    static Duration rest(@Nullable Duration asked) {
        return clamped(asked == null ? Duration.ZERO : asked, MAX_REST_SECONDS);
    }

    /** The backend's own wish, if it has one, of a minute at most. */
    static Duration retryAfter(@Nullable Duration asked, Duration otherwise) {
        return asked == null ? otherwise : clamped(asked, MAX_RETRY_SECONDS);
    }

    private static Duration clamped(Duration asked, long mostSeconds) {
        return Duration.ofSeconds(Math.clamp(asked.toSeconds(), 1, mostSeconds));
    }

    /** A good answer, or one that blames the caller, speaks for the backend; one that asks to wait speaks for rest. */
    static Tried told(int status, @Nullable Duration retryAfter, Failure failure) {
        if (status == 429 || status == 503 && retryAfter != null) {
            return new Tried.Overloaded(rest(retryAfter));
        }
        return failure.elsewhere() ? new Tried.Broke("answered " + status) : new Tried.Answered();
    }
}
