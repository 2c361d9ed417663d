package io.souk.local.stripe;

import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import com.stripe.param.RefundRetrieveParams;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Money that went back. */
final class Refunds {
    static final String TYPE = "refund";

    private final Records records;
    private final Charges charges;

    Refunds(Records records, Charges charges) {
        this.records = records;
        this.charges = charges;
    }

    List<Route> routes() {
        return List.of(
                Route.post("/v1/refunds", RefundCreateParams.class, this::create),
                Route.get(
                        "/v1/refunds",
                        RefundListParams.class,
                        call -> records.list(TYPE, call, "charge", "payment_intent")),
                Route.get("/v1/refunds/{}", RefundRetrieveParams.class, call -> records.get(TYPE, call.id())));
    }

    private ObjectNode create(Call call) {
        Form form = call.form();
        ObjectNode charge = charge(form);
        long left = Json.number(charge, "amount_captured") - Json.number(charge, "amount_refunded");
        long amount = form.number("amount").orElse(left);
        if (left == 0) {
            throw Refusal.invalid(
                    "charge_already_refunded",
                    "Charge " + Json.need(charge, "id") + " has already been refunded.",
                    null);
        }
        if (amount < 1) {
            throw Refusal.invalid(
                    "parameter_invalid_integer", "This value must be greater than or equal to 1.", "amount");
        }
        if (amount > left) {
            throw Refusal.invalid(
                    null,
                    "Refund amount (" + dollars(amount) + ") is greater than unrefunded amount on charge ("
                            + dollars(left) + ")",
                    "amount");
        }
        ObjectNode before = charge.deepCopy();
        ObjectNode refund = records.blank(TYPE);
        refund.put("amount", amount);
        refund.put("charge", Json.need(charge, "id"));
        refund.put("currency", Json.need(charge, "currency"));
        refund.put("payment_intent", Json.text(charge, "payment_intent"));
        form.copy(refund, "reason");
        form.mergeMetadata(refund);
        ObjectNode transaction = charges.transaction(refund, -amount, 0, TYPE);
        refund.put(Charges.BALANCE_TRANSACTION, Json.need(transaction, "id"));
        records.saveAndTell(refund, "refund.created");
        charge.put("amount_refunded", Json.number(charge, "amount_refunded") + amount);
        charge.put("refunded", amount == left);
        records.update(charge, before, "charge.refunded");
        return refund;
    }

    private ObjectNode charge(Form form) {
        Optional<String> chargeId = form.text("charge");
        if (chargeId.isPresent()) {
            return records.named(Charges.TYPE, chargeId.get(), "charge");
        }
        String intentId = form.text("payment_intent")
                .orElseThrow(() -> Refusal.invalid(
                        "parameter_missing",
                        "One of the following params should be provided for this request: payment_intent or charge.",
                        null));
        ObjectNode intent = records.named(PaymentIntents.TYPE, intentId, "payment_intent");
        if (!Json.is(intent, "status", "succeeded")) {
            throw Refusal.invalid(
                    null,
                    "This PaymentIntent (" + intentId + ") does not have a successful charge to refund.",
                    "payment_intent");
        }
        return records.get(Charges.TYPE, Json.need(intent, "latest_charge"));
    }

    private static String dollars(long cents) {
        return "$" + cents / 100 + "." + (cents % 100 < 10 ? "0" : "") + cents % 100;
    }
}
