package io.souk.local.stripe;

import com.stripe.param.SetupIntentCancelParams;
import com.stripe.param.SetupIntentConfirmParams;
import com.stripe.param.SetupIntentCreateParams;
import com.stripe.param.SetupIntentListParams;
import com.stripe.param.SetupIntentRetrieveParams;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Cards that are being saved for later. */
final class SetupIntents {
    static final String TYPE = "setup_intent";

    private final Records records;

    SetupIntents(Records records) {
        this.records = records;
    }

    List<Route> routes() {
        return List.of(
                Route.post("/v1/setup_intents", SetupIntentCreateParams.class, this::create),
                Route.get(
                        "/v1/setup_intents", SetupIntentListParams.class, call -> records.list(TYPE, call, "customer")),
                Route.get(
                        "/v1/setup_intents/{}", SetupIntentRetrieveParams.class, call -> records.get(TYPE, call.id())),
                Route.post("/v1/setup_intents/{}/confirm", SetupIntentConfirmParams.class, this::confirm),
                Route.post("/v1/setup_intents/{}/cancel", SetupIntentCancelParams.class, this::cancel));
    }

    /** A new setup intent, kept and told. */
    ObjectNode open(@Nullable String customer, Form metadata, String metadataPath) {
        ObjectNode intent = records.blank(TYPE);
        intent.put("client_secret", Json.need(intent, "id") + "_secret_" + Records.random(24));
        if (customer != null) {
            records.named(Customers.TYPE, customer, "customer");
            intent.put("customer", customer);
        }
        metadata.mergeMetadata(intent, metadataPath);
        records.saveAndTell(intent, "setup_intent.created");
        return intent;
    }

    private ObjectNode create(Call call) {
        Form form = call.form();
        ObjectNode intent = open(form.text("customer").orElse(null), form, "metadata");
        form.copy(intent, "description", "usage");
        form.text("payment_method").ifPresent(id -> {
            ObjectNode method = PaymentMethods.resolve(records, id, "payment_method");
            intent.put("payment_method", Json.need(method, "id"));
            intent.put("status", "requires_confirmation");
        });
        records.save(intent);
        return form.flag("confirm") ? confirmed(intent) : intent;
    }

    private ObjectNode confirm(Call call) {
        ObjectNode intent = records.get(TYPE, call.id());
        call.form().text("payment_method").ifPresent(id -> {
            ObjectNode method = PaymentMethods.resolve(records, id, "payment_method");
            intent.put("payment_method", Json.need(method, "id"));
        });
        return confirmed(intent);
    }

    private ObjectNode confirmed(ObjectNode intent) {
        if (Json.text(intent, "payment_method") == null) {
            throw Refusal.invalid(
                    "setup_intent_unexpected_state",
                    "You cannot confirm this SetupIntent because it's missing a payment method.",
                    null);
        }
        Decline decline = attempt(intent, false);
        if (decline != null) {
            throw Refusal.card(decline, TYPE, intent);
        }
        return intent;
    }

    /** Tries to save the card; null when it was saved or waits for authentication. */
    @Nullable
    Decline attempt(ObjectNode intent, boolean authenticated) {
        ObjectNode method = records.get(PaymentMethods.TYPE, Json.need(intent, "payment_method"));
        Cards.Behaviour behaviour = PaymentMethods.behaviour(method);
        Decline decline = behaviour.decline();
        if (decline != null && !behaviour.canBeSaved()) {
            return failed(intent, decline);
        }
        if (behaviour.asksForAuthentication() && !authenticated) {
            intent.put("status", "requires_action");
            ObjectNode next = intent.putObject("next_action");
            next.put("type", "use_stripe_sdk");
            next.putObject("use_stripe_sdk").put("type", "three_d_secure_redirect");
            records.saveAndTell(intent, "setup_intent.requires_action");
            return null;
        }
        if (authenticated) {
            method.put("_authenticated", true);
            records.save(method);
        }
        String customer = Json.text(intent, "customer");
        if (customer != null) {
            PaymentMethods.attach(records, Json.need(method, "id"), records.get(Customers.TYPE, customer));
        }
        intent.put("status", "succeeded");
        intent.putNull("next_action");
        intent.putNull("last_setup_error");
        records.saveAndTell(intent, "setup_intent.succeeded");
        return null;
    }

    Decline failed(ObjectNode intent, Decline decline) {
        intent.set("last_setup_error", decline.error());
        intent.put("status", "requires_payment_method");
        intent.putNull("payment_method");
        intent.putNull("next_action");
        records.saveAndTell(intent, "setup_intent.setup_failed");
        return decline;
    }

    private ObjectNode cancel(Call call) {
        ObjectNode intent = records.get(TYPE, call.id());
        if (Json.is(intent, "status", "succeeded") || Json.is(intent, "status", "canceled")) {
            throw Refusal.invalid(
                    "setup_intent_unexpected_state",
                    "You cannot cancel this SetupIntent because it has a status of " + Json.need(intent, "status")
                            + ".",
                    null);
        }
        intent.put("status", "canceled");
        call.form().copy(intent, "cancellation_reason");
        records.saveAndTell(intent, "setup_intent.canceled");
        return intent;
    }
}
