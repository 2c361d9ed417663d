package io.souk.local.stripe;

import com.stripe.param.BalanceTransactionRetrieveParams;
import com.stripe.param.ChargeListParams;
import com.stripe.param.ChargeRetrieveParams;
import com.stripe.param.PaymentIntentCancelParams;
import com.stripe.param.PaymentIntentConfirmParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentListParams;
import com.stripe.param.PaymentIntentRetrieveParams;
import com.stripe.param.PaymentIntentUpdateParams;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** One payment each, with the charges that were tried for it. */
final class PaymentIntents {
    static final String TYPE = "payment_intent";
    static final long SMALLEST_CHARGE = 50;

    private static final Set<String> OPEN =
            Set.of("requires_payment_method", "requires_confirmation", "requires_action");

    private final Records records;
    private final Failures failures;
    private final Charges charges;

    PaymentIntents(Records records, Failures failures, Charges charges) {
        this.records = records;
        this.failures = failures;
        this.charges = charges;
    }

    List<Route> routes() {
        return List.of(
                Route.post("/v1/payment_intents", PaymentIntentCreateParams.class, this::create),
                Route.get(
                        "/v1/payment_intents",
                        PaymentIntentListParams.class,
                        call -> records.list(TYPE, call, "customer")),
                Route.get(
                        "/v1/payment_intents/{}",
                        PaymentIntentRetrieveParams.class,
                        call -> records.get(TYPE, call.id())),
                Route.post("/v1/payment_intents/{}", PaymentIntentUpdateParams.class, this::update),
                Route.post("/v1/payment_intents/{}/confirm", PaymentIntentConfirmParams.class, this::confirm),
                Route.post("/v1/payment_intents/{}/cancel", PaymentIntentCancelParams.class, this::cancel),
                Route.get(
                        "/v1/charges",
                        ChargeListParams.class,
                        call -> records.list(Charges.TYPE, call, "customer", "payment_intent")),
                Route.get("/v1/charges/{}", ChargeRetrieveParams.class, call -> records.get(Charges.TYPE, call.id())),
                Route.get(
                        "/v1/balance_transactions/{}",
                        BalanceTransactionRetrieveParams.class,
                        call -> records.get(Charges.BALANCE_TRANSACTION, call.id())));
    }

    private ObjectNode create(Call call) {
        Form form = call.form();
        long amount = form.number("amount").orElseThrow(() -> Refusal.parameterMissing("amount"));
        boolean confirm = form.flag("confirm");
        if (form.flag("off_session") && !confirm) {
            throw Refusal.invalid(
                    null, "off_session can only be passed when `confirm` is set to `true`.", "off_session");
        }
        ObjectNode intent =
                open(amount, form.need("currency"), form.text("customer").orElse(null));
        form.copy(intent, "description", "receipt_email", "setup_future_usage", "shipping");
        form.copy(intent, "statement_descriptor", "statement_descriptor_suffix", "transfer_group");
        form.mergeMetadata(intent);
        if (!form.has("payment_method_types")) {
            ObjectNode automatic = intent.putObject("automatic_payment_methods");
            automatic.put(
                    "allow_redirects",
                    form.text("automatic_payment_methods.allow_redirects").orElse("always"));
            automatic.put("enabled", true);
        }
        if (form.text("capture_method").filter("manual"::equals).isPresent()) {
            throw Refusal.invalid(null, "The local Stripe captures automatically only.", "capture_method");
        }
        records.saveAndTell(intent, "payment_intent.created");
        form.text("payment_method").ifPresent(method -> choose(intent, method));
        records.save(intent);
        return confirm ? confirmed(intent, form.flag("off_session")) : intent;
    }

    /** A new payment intent, not yet kept. */
    ObjectNode open(long amount, String currency, @Nullable String customer) {
        if (amount < SMALLEST_CHARGE) {
            throw Refusal.invalid(
                    amount < 1 ? "parameter_invalid_integer" : "amount_too_small",
                    amount < 1
                            ? "This value must be greater than or equal to 1."
                            : "Amount must be at least $0.50 " + currency,
                    "amount");
        }
        if (amount > 99_999_999) {
            throw Refusal.invalid("amount_too_large", "Amount must be no more than $999,999.99", "amount");
        }
        ObjectNode intent = records.blank(TYPE);
        intent.put("amount", amount);
        intent.put("currency", currency.toLowerCase(Locale.ROOT));
        intent.put("client_secret", Json.need(intent, "id") + "_secret_" + Records.random(24));
        if (customer != null) {
            records.named(Customers.TYPE, customer, "customer");
            intent.put("customer", customer);
        }
        return intent;
    }

    private void choose(ObjectNode intent, String methodId) {
        ObjectNode method = PaymentMethods.resolve(records, methodId, "payment_method");
        String owner = Json.text(method, "customer");
        if (owner != null && !owner.equals(Json.text(intent, "customer"))) {
            throw Refusal.invalid(
                    null,
                    "The payment method " + methodId + " does not belong to the customer of this PaymentIntent. Pass "
                            + "`customer: " + owner + "`.",
                    "payment_method");
        }
        intent.put("payment_method", Json.need(method, "id"));
        intent.put("status", "requires_confirmation");
    }

    private ObjectNode update(Call call) {
        ObjectNode intent = records.get(TYPE, call.id());
        requireOpen(intent, "update");
        call.form().copy(intent, "description", "receipt_email", "setup_future_usage");
        call.form().copyNumbers(intent, "amount");
        call.form().mergeMetadata(intent);
        call.form().text("payment_method").ifPresent(method -> choose(intent, method));
        records.save(intent);
        return intent;
    }

    private ObjectNode confirm(Call call) {
        ObjectNode intent = records.get(TYPE, call.id());
        requireOpen(intent, "confirm");
        call.form().text("payment_method").ifPresent(method -> choose(intent, method));
        call.form().copy(intent, "setup_future_usage", "receipt_email");
        if (Json.text(intent, "payment_method") == null) {
            throw Refusal.invalid(
                    "payment_intent_unexpected_state",
                    "You cannot confirm this PaymentIntent because it's missing a payment method.",
                    null);
        }
        return confirmed(intent, call.form().flag("off_session"));
    }

    private ObjectNode confirmed(ObjectNode intent, boolean offSession) {
        if (Json.text(intent, "payment_method") == null) {
            throw Refusal.invalid(
                    "parameter_missing",
                    "You cannot confirm this PaymentIntent because it's missing a payment method. To confirm it, pass "
                            + "`payment_method`.",
                    "payment_method");
        }
        Decline decline = attempt(intent, offSession, false);
        if (decline != null) {
            throw Refusal.card(decline, TYPE, intent);
        }
        return intent;
    }

    /**
     * Tries to take the money from the intent's payment method and tells what came of it; null when it succeeded or
     * waits for the customer ({@code requires_action}), the decline otherwise.
     */
    @Nullable
    Decline attempt(ObjectNode intent, boolean offSession, boolean authenticated) {
        ObjectNode method = records.get(PaymentMethods.TYPE, Json.need(intent, "payment_method"));
        Cards.Behaviour behaviour = PaymentMethods.behaviour(method);
        Decline ordered = failures.takeDecline();
        Decline decline = ordered != null ? ordered : behaviour.decline();
        boolean asks = behaviour == Cards.Behaviour.AUTHENTICATES_ALWAYS
                || behaviour == Cards.Behaviour.AUTHENTICATES_ONCE && !PaymentMethods.authenticated(method);
        if (decline == null && asks && !authenticated) {
            if (offSession) {
                decline = Decline.AUTHENTICATION_REQUIRED;
            } else {
                askForAuthentication(intent);
                return null;
            }
        }
        if (decline != null) {
            fail(intent, decline, charges.failed(intent, method, decline));
            return decline;
        }
        ObjectNode charge = charges.succeeded(intent, method);
        succeed(intent, method, charge, authenticated);
        return null;
    }

    private void succeed(ObjectNode intent, ObjectNode method, ObjectNode charge, boolean authenticated) {
        intent.put("status", "succeeded");
        intent.put("amount_received", Json.number(intent, "amount"));
        intent.put("latest_charge", Json.need(charge, "id"));
        intent.putNull("next_action");
        intent.putNull("last_payment_error");
        if (authenticated) {
            method.put("_authenticated", true);
            records.save(method);
        }
        String customer = Json.text(intent, "customer");
        if (customer != null && Json.text(intent, "setup_future_usage") != null) {
            PaymentMethods.attach(records, Json.need(method, "id"), records.get(Customers.TYPE, customer));
        }
        records.saveAndTell(intent, "payment_intent.succeeded");
    }

    private void askForAuthentication(ObjectNode intent) {
        intent.put("status", "requires_action");
        ObjectNode next = intent.putObject("next_action");
        next.put("type", "use_stripe_sdk");
        next.putObject("use_stripe_sdk").put("type", "three_d_secure_redirect");
        records.saveAndTell(intent, "payment_intent.requires_action");
    }

    /** The customer came back from the bank without consent. */
    Decline authenticationFailed(ObjectNode intent) {
        fail(intent, Decline.AUTHENTICATION_FAILED, null);
        return Decline.AUTHENTICATION_FAILED;
    }

    private void fail(ObjectNode intent, Decline decline, @Nullable ObjectNode charge) {
        ObjectNode error = decline.error();
        if (charge != null) {
            error.put("charge", Json.need(charge, "id"));
            intent.put("latest_charge", Json.need(charge, "id"));
        }
        error.set("payment_method", Json.shown(records.get(PaymentMethods.TYPE, Json.need(intent, "payment_method"))));
        intent.set("last_payment_error", error);
        intent.put("status", "requires_payment_method");
        intent.putNull("payment_method");
        intent.putNull("next_action");
        records.saveAndTell(intent, "payment_intent.payment_failed");
    }

    private ObjectNode cancel(Call call) {
        ObjectNode intent = records.get(TYPE, call.id());
        requireOpen(intent, "cancel");
        intent.put("status", "canceled");
        intent.put("canceled_at", records.time().now());
        intent.putNull("next_action");
        call.form().copy(intent, "cancellation_reason");
        records.saveAndTell(intent, "payment_intent.canceled");
        return intent;
    }

    private static void requireOpen(ObjectNode intent, String verb) {
        String status = Json.need(intent, "status");
        if (!OPEN.contains(status)) {
            throw Refusal.invalid(
                    "payment_intent_unexpected_state",
                    "You cannot " + verb + " this PaymentIntent because it has a status of " + status + ".",
                    null);
        }
    }
}
