package io.souk.catalog;

/** An offer or a price cannot be as it was asked for. The message says why and what to do, in words for the admin. */
public class OfferRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String field;

    public OfferRefused(String field, String reason) {
        super(reason);
        this.field = field;
    }

    /** The part of the draft that is at fault, as {@code model}. */
    public String field() {
        return field;
    }
}
