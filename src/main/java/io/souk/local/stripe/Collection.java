package io.souk.local.stripe;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Takes what an open invoice asks for, again after three days where it failed, four times in all. */
final class Collection {
    static final String PAYMENT = "invoice_payment";

    private static final long RETRY = 3 * 86_400;
    private static final int ATTEMPTS = 4;

    private final Records records;
    private final PaymentIntents payments;

    Collection(Records records, PaymentIntents payments) {
        this.records = records;
        this.payments = payments;
    }

    /** Charges {@code method}, or else the subscription's or customer's own; null when it was paid. */
    @Nullable
    Decline collect(ObjectNode invoice, @Nullable String method) {
        invoice.put("attempted", true);
        invoice.put("attempt_count", Json.number(invoice, "attempt_count") + 1);
        Optional<String> chosen = Optional.ofNullable(method).or(() -> methodOf(invoice));
        if (chosen.isEmpty()) {
            return failed(invoice, Decline.GENERIC);
        }
        ObjectNode intent = records.find(PaymentIntents.TYPE, Json.text(invoice, "_payment_intent"))
                .orElseGet(() -> intent(invoice));
        ObjectNode card = PaymentMethods.resolve(records, chosen.get(), "payment_method");
        intent.put("payment_method", Json.need(card, "id"));
        Decline decline = payments.attempt(intent, true, false);
        if (decline != null) {
            return failed(invoice, decline);
        }
        long amount = Json.number(invoice, "amount_due");
        records.find(PAYMENT, Json.text(invoice, "_payment")).ifPresent(payment -> {
            payment.put("amount_paid", amount);
            payment.put("status", "paid");
            ((ObjectNode) payment.path("status_transitions"))
                    .put("paid_at", records.time().now());
            records.saveAndTell(payment, "invoice_payment.paid");
        });
        paid(invoice, amount);
        return null;
    }

    private Optional<String> methodOf(ObjectNode invoice) {
        return Json.find(invoice, "default_payment_method")
                .or(() -> records.find(Subscriptions.TYPE, Json.text(invoice, Invoices.BY_SUBSCRIPTION))
                        .flatMap(subscription -> Json.find(subscription, "default_payment_method")))
                .or(() -> Json.find(
                        records.get(Customers.TYPE, Json.need(invoice, "customer")),
                        "invoice_settings.default_payment_method"));
    }

    private ObjectNode intent(ObjectNode invoice) {
        long amount = Json.number(invoice, "amount_due");
        ObjectNode intent = payments.open(amount, Json.need(invoice, "currency"), Json.need(invoice, "customer"));
        intent.put("description", "Invoice " + Json.need(invoice, "number"));
        records.saveAndTell(intent, "payment_intent.created");
        invoice.put("_payment_intent", Json.need(intent, "id"));
        ObjectNode payment = records.blank(PAYMENT);
        payment.put("amount_requested", amount);
        payment.put("currency", Json.need(invoice, "currency"));
        payment.put("invoice", Json.need(invoice, "id"));
        ObjectNode by = payment.putObject("payment");
        by.put("payment_intent", Json.need(intent, "id"));
        by.put("type", "payment_intent");
        records.save(payment);
        invoice.put("_payment", Json.need(payment, "id"));
        return intent;
    }

    /** The invoice needs nothing more; {@code amount} cents of it were taken. */
    void paid(ObjectNode invoice, long amount) {
        invoice.put("status", "paid");
        invoice.put("attempted", true);
        invoice.put("amount_paid", amount);
        invoice.put("amount_remaining", 0);
        invoice.putNull("next_payment_attempt");
        invoice.remove("_due");
        ((ObjectNode) invoice.path("status_transitions"))
                .put("paid_at", records.time().now());
        records.saveAndTell(invoice, "invoice.paid");
        records.tell("invoice.payment_succeeded", invoice, null);
        setSubscription(invoice, "past_due", "active");
        setSubscription(invoice, "incomplete", "active");
    }

    private Decline failed(ObjectNode invoice, Decline decline) {
        if (Json.number(invoice, "attempt_count") < ATTEMPTS && Json.flag(invoice, "auto_advance")) {
            long next = records.time().now() + RETRY;
            invoice.put("next_payment_attempt", next);
            invoice.put("_due", next);
        } else {
            invoice.putNull("next_payment_attempt");
            invoice.remove("_due");
        }
        records.saveAndTell(invoice, "invoice.payment_failed");
        setSubscription(invoice, "active", "past_due");
        return decline;
    }

    private void setSubscription(ObjectNode invoice, String from, String to) {
        records.find(Subscriptions.TYPE, Json.text(invoice, Invoices.BY_SUBSCRIPTION))
                .filter(subscription -> Json.is(subscription, "status", from))
                .ifPresent(subscription -> {
                    ObjectNode before = subscription.deepCopy();
                    subscription.put("status", to);
                    records.update(subscription, before, "customer.subscription.updated");
                });
    }
}
