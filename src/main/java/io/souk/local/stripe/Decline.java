package io.souk.local.stripe;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Why a bank said no. */
record Decline(String code, @Nullable String reason, String message) {
    static final Decline GENERIC = new Decline("card_declined", "generic_decline", "Your card was declined.");
    static final Decline INSUFFICIENT_FUNDS =
            new Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.");
    static final Decline EXPIRED = new Decline("expired_card", "expired_card", "Your card has expired.");
    static final Decline WRONG_CVC =
            new Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.");
    static final Decline PROCESSING = new Decline(
            "processing_error",
            "processing_error",
            "An error occurred while processing your card. Try again in a little bit.");
    static final Decline AUTHENTICATION_REQUIRED = new Decline(
            "authentication_required",
            "authentication_required",
            "Your card was declined. This transaction requires authentication.");
    static final Decline AUTHENTICATION_FAILED = new Decline(
            "payment_intent_authentication_failure",
            null,
            "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new "
                    + "PaymentMethod to attempt to fulfill this PaymentIntent again.");

    ObjectNode error() {
        ObjectNode error = Json.object();
        error.put("code", code);
        error.put("doc_url", "https://stripe.com/docs/error-codes/" + code.replace('_', '-'));
        if (reason != null) {
            error.put("decline_code", reason);
        }
        error.put("message", message);
        error.put("type", code.startsWith("payment_intent_") ? "invalid_request_error" : "card_error");
        return error;
    }
}
