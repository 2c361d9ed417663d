package io.souk.local.stripe;

import tools.jackson.databind.node.ObjectNode;

/** Money that was taken, or refused by the bank, with Stripe's fee of 2.9 % and 30 cents on what was taken. */
final class Charges {
    static final String TYPE = "charge";
    static final String BALANCE_TRANSACTION = "balance_transaction";

    private static final String SUCCEEDED = "succeeded";

    private final Records records;

    Charges(Records records) {
        this.records = records;
    }

    ObjectNode succeeded(ObjectNode intent, ObjectNode method) {
        ObjectNode charge = charge(intent, method);
        long amount = Json.number(intent, "amount");
        charge.put("status", SUCCEEDED);
        charge.put("amount_captured", amount);
        ObjectNode transaction = transaction(charge, amount, (amount * 29 + 500) / 1_000 + 30, "charge");
        charge.put(BALANCE_TRANSACTION, Json.need(transaction, "id"));
        ObjectNode outcome = charge.putObject("outcome");
        outcome.put("network_status", "approved_by_network");
        outcome.put("seller_message", "Payment complete.");
        outcome.put("type", "authorized");
        records.saveAndTell(charge, "charge.succeeded");
        return charge;
    }

    ObjectNode failed(ObjectNode intent, ObjectNode method, Decline decline) {
        ObjectNode charge = charge(intent, method);
        charge.put("status", "failed");
        charge.put("paid", false);
        charge.put("captured", false);
        charge.put("failure_code", decline.code());
        charge.put("failure_message", decline.message());
        ObjectNode outcome = charge.putObject("outcome");
        outcome.put("network_status", "declined_by_network");
        outcome.put("reason", decline.reason());
        outcome.put("seller_message", "The bank did not return any further details with this decline.");
        outcome.put("type", "issuer_declined");
        records.saveAndTell(charge, "charge.failed");
        return charge;
    }

    private ObjectNode charge(ObjectNode intent, ObjectNode method) {
        ObjectNode charge = records.blank(TYPE);
        charge.put("amount", Json.number(intent, "amount"));
        charge.put("currency", Json.need(intent, "currency"));
        charge.put("customer", Json.text(intent, "customer"));
        charge.put("description", Json.text(intent, "description"));
        charge.put("payment_intent", Json.need(intent, "id"));
        charge.put("payment_method", Json.need(method, "id"));
        charge.put("receipt_email", Json.text(intent, "receipt_email"));
        charge.set("billing_details", method.path("billing_details").deepCopy());
        charge.set("metadata", intent.path("metadata").deepCopy());
        ObjectNode details = charge.putObject("payment_method_details");
        ObjectNode card = details.putObject("card");
        for (String name : new String[] {"brand", "checks", "country", "exp_month", "exp_year", "fingerprint"}) {
            card.set(name, method.path("card").path(name).deepCopy());
        }
        card.put("funding", "credit");
        card.put("last4", Json.need(method, "card.last4"));
        card.put("network", Json.need(method, "card.brand"));
        details.put("type", "card");
        return charge;
    }

    /** Amounts in cents; a refund's amount is negative. */
    ObjectNode transaction(ObjectNode source, long amount, long fee, String type) {
        ObjectNode transaction = records.blank(BALANCE_TRANSACTION);
        transaction.put("amount", amount);
        transaction.put("available_on", records.time().now() + 2 * 86_400);
        transaction.put("currency", Json.need(source, "currency"));
        transaction.put("fee", fee);
        transaction.put("net", amount - fee);
        transaction.put("source", Json.need(source, "id"));
        transaction.put("type", type);
        transaction.put("reporting_category", type);
        if (fee != 0) {
            ObjectNode detail = transaction.putArray("fee_details").addObject();
            detail.put("amount", fee);
            detail.putNull("application");
            detail.put("currency", Json.need(source, "currency"));
            detail.put("description", "Stripe processing fees");
            detail.put("type", "stripe_fee");
        }
        records.save(transaction);
        return transaction;
    }
}
