package io.souk.gateway.dialect.openai;

import io.souk.gateway.relay.Failure;
import org.jspecify.annotations.Nullable;

/** The request's body cannot be understood; nothing was opened. */
public final class BadRequest extends RuntimeException {
    private final transient Failure failure;

    BadRequest(String message, @Nullable String param, @Nullable String code) {
        super(message, null, false, false);
        failure = Failure.invalid(400, message, param, code);
    }

    /** What the caller is told. */
    public Failure failure() {
        return failure;
    }
}
