package io.souk.platform;

import java.net.URI;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;

/**
 * Why the management API refuses a call. The type of a problem stays what it is for good, so that programs can decide by
 * it; the words beside it may change.
 */
public enum ProblemType {
    TOKEN_MISSING("token-missing", 401, "There is no token"),
    TOKEN_REFUSED("token-refused", 401, "The token is not accepted"),
    SCOPE_MISSING("scope-missing", 403, "The token lacks a scope"),
    FORBIDDEN("forbidden", 403, "The token may not do this"),
    /** Parts of the request are wrong; {@code errors} names each of them. */
    INVALID("invalid", 400, "The request is not valid"),
    /** The body or a header cannot be read at all. */
    UNREADABLE("unreadable", 400, "The request cannot be read"),
    NOT_FOUND("not-found", 404, "There is no such thing"),
    METHOD_NOT_ALLOWED("method-not-allowed", 405, "The path has no such method"),
    NOT_ACCEPTABLE("not-acceptable", 406, "Only JSON is served"),
    MODEL_WITHDRAWN("model-withdrawn", 409, "The model is withdrawn"),
    IDEMPOTENCY_KEY_REUSED("idempotency-key-reused", 409, "The Idempotency-Key was used for another request"),
    TOO_LARGE("too-large", 413, "The request is too large"),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", 415, "Only JSON is read"),
    TOO_OFTEN("too-often", 429, "There are too many calls"),
    /** Our fault; nothing is known to be done. */
    INTERNAL("internal", 500, "Souk failed"),
    UNAVAILABLE("unavailable", 503, "Souk cannot answer now");

    private final String label;
    private final int status;
    private final String title;

    ProblemType(String label, int status, String title) {
        this.label = label;
        this.status = status;
        this.title = title;
    }

    /** The HTTP status that goes with it. */
    public int status() {
        return status;
    }

    /** What it is in a few words. */
    public String title() {
        return title;
    }

    /** The stable name, as {@code urn:souk:problem:not-found}. */
    public String urn() {
        return "urn:souk:problem:" + label;
    }

    /** What is sent to the caller. @param detail what happened, why and what to do */
    public ProblemDetail problem(String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatusCode.valueOf(status), detail);
        problem.setType(URI.create(urn()));
        problem.setTitle(title);
        return problem;
    }

    /** The plainest type of a status; {@link #INTERNAL} for one that the management API does not answer with. */
    public static ProblemType ofStatus(int status) {
        return switch (status) {
            case 400 -> UNREADABLE;
            case 401 -> TOKEN_REFUSED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 413 -> TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 429 -> TOO_OFTEN;
            case 503 -> UNAVAILABLE;
            default -> INTERNAL;
        };
    }
}
