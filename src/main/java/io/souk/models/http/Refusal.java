package io.souk.models.http;

import org.jspecify.annotations.Nullable;

/** Why a request is not answered, in the terms of the OpenAI dialect; the message is for the caller's eyes. */
final class Refusal extends RuntimeException {
    private final int status;
    private final String type;
    private final @Nullable String param;
    private final @Nullable String code;

    Refusal(int status, String type, @Nullable String param, @Nullable String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
        this.param = param;
        this.code = code;
    }

    static Refusal invalid(@Nullable String param, @Nullable String code, String message) {
        return new Refusal(400, "invalid_request_error", param, code, message);
    }

    static Refusal notFound(String code, String message) {
        return new Refusal(404, "invalid_request_error", null, code, message);
    }

    static Refusal server(int status, String code, String message) {
        return new Refusal(status, "server_error", null, code, message);
    }

    int status() {
        return status;
    }

    String type() {
        return type;
    }

    @Nullable
    String param() {
        return param;
    }

    @Nullable
    String code() {
        return code;
    }
}
