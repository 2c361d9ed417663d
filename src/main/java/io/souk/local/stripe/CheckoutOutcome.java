package io.souk.local.stripe;

import java.util.Map;

/** What came of a click on "Pay". */
public sealed interface CheckoutOutcome {
    /** Paid or saved: on to this address. */
    record Done(String url) implements CheckoutOutcome {}

    /** The bank said no; the person may try another card. */
    record Declined(String message) implements CheckoutOutcome {}

    /** The bank asks the person first. */
    record Authenticate() implements CheckoutOutcome {}

    /** Something was typed that cannot be right, by field. */
    record Mistyped(Map<String, String> problems) implements CheckoutOutcome {}

    /** Nothing was done: the session was complete or had expired before. */
    record Closed() implements CheckoutOutcome {}
}
