package io.souk.local.stripe.web;

import java.util.Map;

/** Stripe's names of objects, events and outcomes, in words that a person who does not know Stripe understands. */
final class StripeWords {
    private static final Map<String, String> OBJECTS = Map.ofEntries(
            Map.entry("billing.meter", "Meter"),
            Map.entry("charge", "Charge"),
            Map.entry("checkout.session", "Payment page"),
            Map.entry("customer", "Customer"),
            Map.entry("customer.subscription", "Subscription"),
            Map.entry("event", "Event"),
            Map.entry("invoice", "Invoice"),
            Map.entry("invoice_payment", "Payment of an invoice"),
            Map.entry("payment_intent", "Payment"),
            Map.entry("payment_method", "Card"),
            Map.entry("price", "Price"),
            Map.entry("product", "Product"),
            Map.entry("refund", "Refund"),
            Map.entry("setup_intent", "Saving of a card"),
            Map.entry("subscription", "Subscription"),
            Map.entry("test_helpers.test_clock", "Test clock"),
            Map.entry("webhook_endpoint", "Address for webhooks"));

    private static final Map<String, String> PHRASES = Map.ofEntries(
            Map.entry("checkout.session.completed", "Payment page finished"),
            Map.entry("checkout.session.expired", "Payment page expired"),
            Map.entry("payment_intent.succeeded", "Payment succeeded"),
            Map.entry("payment_intent.payment_failed", "Payment declined"),
            Map.entry("payment_intent.requires_action", "Payment waits for the bank's question"),
            Map.entry("invoice.finalized", "Invoice issued"),
            Map.entry("invoice.payment_failed", "Payment of an invoice failed"));

    private StripeWords() {}

    static String object(String type) {
        return OBJECTS.getOrDefault(type, capital(type.replace('.', ' ').replace('_', ' ')));
    }

    /** An event's type, such as {@code invoice.paid}, as "Invoice paid". */
    static String event(String type) {
        String phrase = PHRASES.get(type);
        if (phrase != null) {
            return phrase;
        }
        int dot = type.lastIndexOf('.');
        return dot < 0
                ? object(type)
                : object(type.substring(0, dot)) + " " + type.substring(dot + 1).replace('_', ' ');
    }

    static boolean isTaken(String outcome) {
        return outcome.matches("HTTP 2\\d\\d");
    }

    /** What became of a delivery: {@code HTTP} and a status, or why there was none. */
    static String outcome(String outcome) {
        if (isTaken(outcome)) {
            return "Taken";
        }
        return outcome.matches("HTTP \\d{3}") ? "Refused with " + outcome : capital(outcome);
    }

    private static String capital(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
