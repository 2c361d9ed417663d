package io.souk.supply;

/** A backend cannot be as it was asked for. The message says why and what to do, in words for the admin. */
public class BackendRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String field;

    public BackendRefused(String field, String reason) {
        super(reason);
        this.field = field;
    }

    /** The part of the draft that is at fault, as {@code baseUrl}. */
    public String field() {
        return field;
    }
}
