package io.souk.gateway.dialect.openai;

import io.souk.gateway.relay.Credential;
import io.souk.gateway.relay.Failure;
import io.souk.gateway.relay.Route;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a caller is told of a backend's error. What the caller can mend (400, 413, 415, 422) or wait for (429, 5xx) is
 * passed on; what only the seller can mend (its credential, its quota, its address) becomes a 502 without the backend's
 * words.
 */
final class UpstreamErrors {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MAX_MESSAGE = 2000;

    private UpstreamErrors() {}

    static Failure of(Route route, String model, int status, String body) {
        JsonNode error = error(body);
        @Nullable String code = text(error.path("code"), route, model);
        @Nullable String type = text(error.path("type"), route, model);
        if (status == 401 || status == 403) {
            return Failure.fault(
                    502,
                    "The model's backend refused Souk's credential. Nothing is wrong with your key; "
                            + "the seller must renew the credential.",
                    "backend_refused_credential");
        }
        if (status == 402 || "insufficient_quota".equals(code) || "insufficient_quota".equals(type)) {
            return Failure.fault(
                    503,
                    "The seller's account at the model's backend is used up. Nothing is wrong with your balance; "
                            + "try again later.",
                    "backend_exhausted");
        }
        boolean passed = status == 400 || status == 409 || status == 413 || status == 415 || status == 422;
        if (!passed && status != 429 && status < 500) {
            return Failure.fault(
                    502,
                    "The model's backend answered " + status + ", which is no answer to this call. "
                            + "The seller must check its address and model name.",
                    "backend_error");
        }
        int given = status > 599 ? 502 : status;
        @Nullable String message = message(error);
        String told = message == null
                ? "The model's backend answered " + status + " and did not say why."
                : hidden(message, route, model);
        return new Failure(
                given,
                cut(told),
                type != null ? type : passed ? Failure.INVALID_REQUEST : Failure.SERVER_ERROR,
                text(error.path("param"), route, model),
                code != null ? code : passed ? null : status == 429 ? "rate_limit_exceeded" : "backend_error",
                status == 429 ? Duration.ofSeconds(1) : Duration.ZERO,
                !passed);
    }

    /** An error that came as an event of a stream or in the guise of an answer, with 200. */
    static Failure inside(Route route, String model, String body) {
        JsonNode error = error(body);
        int code = error.path("code").isInt() ? error.path("code").intValue() : 502;
        boolean told = code == 400 || code == 422 || code == 429 || code >= 500 && code <= 599;
        @Nullable String message = message(error);
        String shown = "The model's backend could not answer" + (message == null ? "." : ": " + message);
        return new Failure(
                told ? code : 502,
                cut(hidden(shown, route, model)),
                Failure.SERVER_ERROR,
                null,
                "backend_error",
                Duration.ZERO,
                code >= 429);
    }

    private static String cut(String message) {
        return message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
    }

    private static JsonNode error(String body) {
        try {
            JsonNode answer = JSON.readTree(body);
            return answer.has("error") ? answer.path("error") : answer;
        } catch (JacksonException notJson) {
            return JSON.missingNode();
        }
    }

    private static @Nullable String message(JsonNode error) {
        for (JsonNode candidate : new JsonNode[] {error, error.path("message"), error.path("detail")}) {
            if (candidate.isString() && !candidate.stringValue().isBlank()) {
                return candidate.stringValue();
            }
        }
        return null;
    }

    /** vLLM and llama.cpp send the code as a number, which OpenAI's SDKs do not expect. */
    private static @Nullable String text(JsonNode node, Route route, String model) {
        if (node.isString()) {
            return hidden(node.stringValue(), route, model);
        }
        return node.isNumber() ? node.asString() : null;
    }

    private static String hidden(String message, Route route, String model) {
        String shown = message.replace(route.upstreamModel(), model);
        Credential credential = route.credential();
        return credential == null ? shown : shown.replace(credential.value(), "[hidden]");
    }
}
