package io.souk.gateway.relay;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a caller is told went wrong; a dialect gives it its shape.
 *
 * @param status HTTP status for the caller
 * @param message what happened, why, and what to do
 * @param type OpenAI's family of the error, as {@code invalid_request_error}
 * @param param which field is to blame, null if none
 * @param code a stable word for programs, null if none
 * @param retryAfter when another try makes sense, zero for nothing to say
 * @param elsewhere whether another backend might do better
 */
public record Failure(
        int status,
        String message,
        String type,
        @Nullable String param,
        @Nullable String code,
        Duration retryAfter,
        boolean elsewhere) {
    public static final String INVALID_REQUEST = "invalid_request_error";
    public static final String SERVER_ERROR = "server_error";
    /** The code of a limit that is reached. */
    public static final String RATE_LIMITED = "rate_limit_exceeded";

    /** Whether the same call fits under no limit however long its caller waits. */
    boolean isForGood() {
        return RATE_LIMITED.equals(code) && status == 429 && retryAfter.isZero();
    }

    /** The caller's mistake. */
    public static Failure invalid(int status, String message, @Nullable String param, @Nullable String code) {
        return new Failure(status, message, INVALID_REQUEST, param, code, Duration.ZERO, false);
    }

    /** Our or a backend's fault; another backend may do better. */
    public static Failure fault(int status, String message, String code) {
        return new Failure(status, message, SERVER_ERROR, null, code, Duration.ZERO, true);
    }

    public Failure after(Duration time) {
        return new Failure(status, message, type, param, code, time, elsewhere);
    }
}
