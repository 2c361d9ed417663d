package io.souk.local.stripe;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What the hosted payment page does: shows a session and pays it, once however often "Pay" is clicked. */
public final class CheckoutDesk {
    private final Records records;
    private final PaymentIntents payments;
    private final SetupIntents setups;
    private final CheckoutSessions sessions;
    private final Runnable afterWrite;

    CheckoutDesk(
            Records records,
            PaymentIntents payments,
            SetupIntents setups,
            CheckoutSessions sessions,
            Runnable afterWrite) {
        this.records = records;
        this.payments = payments;
        this.setups = setups;
        this.sessions = sessions;
        this.afterWrite = afterWrite;
    }

    /** The session, if there is one of this id. */
    public Optional<CheckoutView> find(String id) {
        return records.find(CheckoutSessions.TYPE, id).map(this::view);
    }

    private CheckoutView view(ObjectNode session) {
        String currency = Json.find(session, "currency").orElse("usd");
        List<CheckoutView.Line> lines = Json.objects(session, "_line_items").stream()
                .map(item -> new CheckoutView.Line(
                        Json.need(item, "description"),
                        Json.number(item, "quantity"),
                        amount(Json.number(item, "amount_total"), currency)))
                .toList();
        Optional<String> email = Json.find(session, "customer_details.email");
        String status = expired(session) ? "expired" : Json.need(session, "status");
        return new CheckoutView(
                Json.need(session, "id"),
                status,
                Json.is(session, "mode", "setup"),
                Json.flag(session, "_authenticating"),
                email.isEmpty(),
                lines,
                amount(Json.number(session, "amount_total"), currency),
                email,
                Json.find(session, "cancel_url").map(url -> filled(url, session)),
                filled(Json.need(session, "success_url"), session));
    }

    /** Tries to pay, or to save, with what was typed. */
    public CheckoutOutcome pay(String id, CardEntry card) {
        return inSession(id, session -> {
            Map<String, String> problems =
                    new LinkedHashMap<>(card.problems(records.time().instant()));
            boolean asksForEmail = Json.find(session, "customer_details.email").isEmpty();
            if (asksForEmail && !card.email().matches("[^@\\s]+@[^@\\s]+")) {
                problems.put("email", "Enter your e-mail address.");
            }
            if (!problems.isEmpty()) {
                return new CheckoutOutcome.Mistyped(problems);
            }
            identify(session, card, asksForEmail);
            ObjectNode method = PaymentMethods.create(
                    records,
                    card.digits(),
                    card.validUntil().getMonthValue(),
                    card.validUntil().getYear(),
                    card.name());
            return Json.is(session, "mode", "setup") ? save(session, method) : charge(session, method);
        });
    }

    /** The person answered the bank's question. */
    public CheckoutOutcome authenticate(String id, boolean consents) {
        return inSession(id, session -> {
            if (!Json.flag(session, "_authenticating")) {
                return new CheckoutOutcome.Declined("There is nothing to confirm. Enter your card again.");
            }
            session.put("_authenticating", false);
            Decline decline;
            if (Json.is(session, "mode", "setup")) {
                ObjectNode intent = records.get(SetupIntents.TYPE, Json.need(session, "setup_intent"));
                decline =
                        consents ? setups.attempt(intent, true) : setups.failed(intent, Decline.AUTHENTICATION_FAILED);
            } else {
                ObjectNode intent = records.get(PaymentIntents.TYPE, Json.need(session, "payment_intent"));
                decline = consents ? payments.attempt(intent, false, true) : payments.authenticationFailed(intent);
            }
            return finished(session, decline);
        });
    }

    private interface Work {
        CheckoutOutcome on(ObjectNode session);
    }

    private CheckoutOutcome inSession(String id, Work work) {
        CheckoutOutcome outcome = records.store().write(() -> {
            ObjectNode session = records.get(CheckoutSessions.TYPE, id);
            if (Json.is(session, "status", "open") && expired(session)) {
                sessions.expire(session);
            }
            if (!Json.is(session, "status", "open")) {
                return new CheckoutOutcome.Closed();
            }
            return work.on(session);
        });
        afterWrite.run();
        return outcome;
    }

    private boolean expired(ObjectNode session) {
        return Json.is(session, "status", "open")
                && Json.number(session, "expires_at") <= records.time().global();
    }

    private void identify(ObjectNode session, CardEntry card, boolean asksForEmail) {
        ObjectNode details = session.path("customer_details") instanceof ObjectNode kept
                ? kept
                : session.putObject("customer_details");
        if (asksForEmail) {
            details.put("email", card.email());
        }
        details.put("name", card.name());
        if (Json.is(session, "customer_creation", "always") && Json.text(session, "customer") == null) {
            ObjectNode customer = records.blank(Customers.TYPE);
            customer.put("email", Json.text(details, "email"));
            customer.put("name", card.name());
            records.saveAndTell(customer, "customer.created");
            session.put("customer", Json.need(customer, "id"));
        }
    }

    private CheckoutOutcome charge(ObjectNode session, ObjectNode method) {
        ObjectNode intent = records.find(PaymentIntents.TYPE, Json.text(session, "payment_intent"))
                .orElseGet(() -> intent(session));
        intent.put("payment_method", Json.need(method, "id"));
        Decline decline = payments.attempt(intent, false, false);
        session.put("_authenticating", Json.is(intent, "status", "requires_action"));
        return finished(session, decline);
    }

    private ObjectNode intent(ObjectNode session) {
        ObjectNode intent = payments.open(
                Json.number(session, "amount_total"), Json.need(session, "currency"), Json.text(session, "customer"));
        Form data = new Form(Json.child(session, "_payment_intent_data"));
        data.copy(intent, "description", "receipt_email", "setup_future_usage", "statement_descriptor_suffix");
        data.mergeMetadata(intent);
        session.put("payment_intent", Json.need(intent, "id"));
        records.saveAndTell(intent, "payment_intent.created");
        return intent;
    }

    private CheckoutOutcome save(ObjectNode session, ObjectNode method) {
        ObjectNode intent = records.get(SetupIntents.TYPE, Json.need(session, "setup_intent"));
        intent.put("payment_method", Json.need(method, "id"));
        intent.put("customer", Json.text(session, "customer"));
        Decline decline = setups.attempt(intent, false);
        session.put("_authenticating", Json.is(intent, "status", "requires_action"));
        return finished(session, decline);
    }

    private CheckoutOutcome finished(ObjectNode session, @Nullable Decline decline) {
        if (decline != null) {
            records.save(session);
            return new CheckoutOutcome.Declined(decline.message());
        }
        if (Json.flag(session, "_authenticating")) {
            records.save(session);
            return new CheckoutOutcome.Authenticate();
        }
        session.put("status", "complete");
        session.putNull("url");
        session.remove("_due");
        if (Json.is(session, "mode", "payment")) {
            session.put("payment_status", "paid");
        }
        records.saveAndTell(session, "checkout.session.completed");
        return new CheckoutOutcome.Done(filled(Json.need(session, "success_url"), session));
    }

    private static String filled(String url, ObjectNode session) {
        return url.replace("{CHECKOUT_SESSION_ID}", Json.need(session, "id"));
    }

    private static String amount(long cents, String currency) {
        return currency.toUpperCase(Locale.ROOT) + " "
                + BigDecimal.valueOf(cents, 2).toPlainString();
    }
}
