package io.souk.local.stripe;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A call that Stripe would answer with an error, in Stripe's words as far as they are known. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient ObjectNode error;
    private final boolean kept;

    private Refusal(int status, ObjectNode error, boolean kept) {
        super(Json.text(error, "message"), null, false, false);
        this.status = status;
        this.error = error;
        this.kept = kept;
    }

    int status() {
        return status;
    }

    /** Whether what the handler did before it refused stays, as a declined charge does. */
    boolean kept() {
        return kept;
    }

    /** The body, as Stripe shapes it. */
    ObjectNode body() {
        ObjectNode body = Json.object();
        body.set("error", Json.shown(error));
        return body;
    }

    static Refusal of(int status, String type, @Nullable String code, String message, @Nullable String param) {
        ObjectNode error = Json.object();
        if (code != null) {
            error.put("code", code);
            error.put("doc_url", "https://stripe.com/docs/error-codes/" + code.replace('_', '-'));
        }
        error.put("message", message);
        if (param != null) {
            error.put("param", param);
        }
        error.put("type", type);
        return new Refusal(status, error, false);
    }

    static Refusal invalid(@Nullable String code, String message, @Nullable String param) {
        return of(400, "invalid_request_error", code, message, param);
    }

    static Refusal parameterMissing(String param) {
        return invalid("parameter_missing", "Missing required param: " + param + ".", param);
    }

    /** An object named by the path (404) or by a parameter (400) that does not exist. */
    static Refusal noSuch(String type, String id, @Nullable String param) {
        String noun =
                type.substring(type.lastIndexOf('.') + 1).replace("_", " ").toLowerCase(Locale.ROOT);
        return of(
                param == null ? 404 : 400,
                "invalid_request_error",
                "resource_missing",
                "No such " + noun + ": '" + id + "'",
                param == null ? "id" : param);
    }

    static Refusal lockTimeout() {
        return of(
                429,
                "invalid_request_error",
                "lock_timeout",
                "This object cannot be accessed right now because another API request or Stripe process is currently "
                        + "accessing it. Try again in a moment.",
                null);
    }

    /** A declined card; {@code intent} shows in the error under {@code name}. */
    static Refusal card(Decline decline, String name, ObjectNode intent) {
        ObjectNode error = decline.error();
        error.set(name, Json.shown(intent));
        return new Refusal(402, error, true);
    }
}
