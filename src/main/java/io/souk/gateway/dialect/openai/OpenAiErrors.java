package io.souk.gateway.dialect.openai;

import io.souk.gateway.dialect.JsonText;
import io.souk.gateway.relay.Failure;
import io.souk.gateway.relay.Opened;
import io.souk.gateway.relay.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Failures as OpenAI says them. */
public final class OpenAiErrors {
    private OpenAiErrors() {}

    /** The body of an error answer; all four keys are always there. */
    public static byte[] body(Failure failure) {
        return json(failure).getBytes(StandardCharsets.UTF_8);
    }

    /** An error inside a stream. */
    static byte[] event(Failure failure) {
        return ("data: " + json(failure) + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String json(Failure failure) {
        return "{\"error\":{\"message\":" + JsonText.quote(failure.message()) + ",\"type\":"
                + JsonText.quote(failure.type()) + ",\"param\":" + orNull(failure.param()) + ",\"code\":"
                + orNull(failure.code()) + "}}";
    }

    private static String orNull(@Nullable String text) {
        return text == null ? "null" : JsonText.quote(text);
    }

    /** Why a call was not admitted, with the refusal's own sentence where it has one. */
    static Failure refusal(Opened.Refused refused, String model) {
        Failure failure = refusal(refused.refusal(), Duration.ZERO, model);
        Failure told = refused.detail().isEmpty()
                ? failure
                : new Failure(
                        failure.status(),
                        refused.detail(),
                        failure.type(),
                        failure.param(),
                        failure.code(),
                        failure.retryAfter(),
                        failure.elsewhere());
        return refused.retryAfter().isZero() ? told : told.after(refused.retryAfter());
    }

    /** Why a call was not admitted. @param model as the caller named it, empty where no model was asked for */
    public static Failure refusal(Refusal refusal, Duration retryAfter, String model) {
        Failure failure = of(refusal, JsonText.quote(model).replace('"', '`'));
        return retryAfter.isZero() ? failure : failure.after(retryAfter);
    }

    private static Failure of(Refusal refusal, String model) {
        return switch (refusal) {
            case MISSING_KEY ->
                Failure.invalid(
                        401,
                        "No API key was given. Send it as a header: Authorization: Bearer sk-souk-... "
                                + "You make keys on the page \"API keys\".",
                        null,
                        null);
            case UNKNOWN_KEY ->
                Failure.invalid(
                        401,
                        "The API key is not one of ours, or it is mistyped. Check it, or make a new one on the page"
                                + " \"API keys\".",
                        null,
                        "invalid_api_key");
            case REVOKED_KEY ->
                Failure.invalid(
                        401,
                        "The API key was revoked. Make a new one on the page \"API keys\".",
                        null,
                        "invalid_api_key");
            case EXPIRED_KEY ->
                Failure.invalid(
                        401,
                        "The API key has expired. Make a new one on the page \"API keys\".",
                        null,
                        "invalid_api_key");
            case UNKNOWN_MODEL ->
                Failure.invalid(
                        404,
                        "The model " + model + " does not exist. GET /v1/models lists the ones that this key may call.",
                        "model",
                        "model_not_found");
            case NOT_SUBSCRIBED ->
                Failure.invalid(
                        403,
                        "Your organisation has not subscribed to the model " + model
                                + ". Subscribe on the model's page, then call again.",
                        "model",
                        "model_not_subscribed");
            case MODEL_WITHDRAWN ->
                Failure.invalid(
                        404,
                        "The model " + model + " was withdrawn. GET /v1/models lists the ones that this key may call.",
                        "model",
                        "model_not_found");
            case WRONG_OPERATION ->
                Failure.invalid(
                        400,
                        "The model " + model + " does not do this. Chat models answer /v1/chat/completions,"
                                + " embedding models answer /v1/embeddings.",
                        "model",
                        "unsupported_model");
            case NO_BACKEND ->
                Failure.fault(
                        503, "No backend of the model " + model + " is up at present. Try again later.", "no_backend");
            case CREDIT_EXHAUSTED ->
                new Failure(
                        402,
                        "Your balance does not cover the most that this call can cost. Add credit on the page"
                                + " \"Billing\", or ask for fewer output tokens.",
                        "insufficient_quota",
                        null,
                        "insufficient_quota",
                        Duration.ZERO,
                        false);
            case BUDGET_EXHAUSTED ->
                new Failure(
                        402,
                        "A budget does not cover the most that this call can cost. Raise the budget, or ask for fewer"
                                + " output tokens.",
                        "insufficient_quota",
                        null,
                        "insufficient_quota",
                        Duration.ZERO,
                        false);
            case TOO_MANY_REQUESTS -> tooMany("requests", "Too many requests. Try again in a moment.");
            case TOO_MANY_TOKENS -> tooMany("tokens", "Too many tokens in this minute. Try again in a moment.");
            case BUSY -> Failure.fault(503, "The gateway is busy. Try again in a moment.", "server_is_overloaded");
            case BACKENDS_BUSY ->
                Failure.fault(
                        503,
                        "Every backend of the model " + model + " is full or has asked to be left alone for a moment."
                                + " Try again when retry-after says.",
                        "server_is_overloaded");
            case UNAVAILABLE ->
                Failure.fault(503, "The gateway cannot take calls at present. Try again later.", "service_unavailable");
        };
    }

    private static Failure tooMany(String type, String message) {
        return new Failure(429, message, type, null, Failure.RATE_LIMITED, Duration.ZERO, false);
    }
}
