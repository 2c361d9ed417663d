package io.souk.local.stripe;

import com.stripe.param.PaymentMethodAttachParams;
import com.stripe.param.PaymentMethodDetachParams;
import com.stripe.param.PaymentMethodListParams;
import com.stripe.param.PaymentMethodRetrieveParams;
import com.stripe.param.PaymentMethodUpdateParams;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Cards that were entered. Numbers are not kept, only their last four digits and how the test card behaves. */
final class PaymentMethods {
    static final String TYPE = "payment_method";

    private final Records records;

    PaymentMethods(Records records) {
        this.records = records;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/payment_methods", PaymentMethodListParams.class, this::list),
                Route.get(
                        "/v1/payment_methods/{}",
                        PaymentMethodRetrieveParams.class,
                        call -> records.get(TYPE, call.id())),
                Route.post("/v1/payment_methods/{}", PaymentMethodUpdateParams.class, this::update),
                Route.post("/v1/payment_methods/{}/attach", PaymentMethodAttachParams.class, this::attach),
                Route.post("/v1/payment_methods/{}/detach", PaymentMethodDetachParams.class, this::detach));
    }

    private ObjectNode list(Call call) {
        call.form().text("customer").ifPresent(id -> records.named(Customers.TYPE, id, "customer"));
        return call.form().has("customer")
                ? records.list(TYPE, call, "customer", "type")
                : Json.list(call.path(), List.of(), false);
    }

    private ObjectNode update(Call call) {
        ObjectNode method = records.get(TYPE, call.id());
        ObjectNode before = method.deepCopy();
        call.form().mergeMetadata(method);
        call.form().copy(method, "allow_redisplay");
        records.update(method, before, "payment_method.updated");
        return method;
    }

    private ObjectNode attach(Call call) {
        ObjectNode customer = records.named(Customers.TYPE, call.form().need("customer"), "customer");
        return attach(records, call.id(), customer);
    }

    /** Saves a payment method, or the card of a {@code pm_card_…} token, with a customer. */
    static ObjectNode attach(Records records, String id, ObjectNode customer) {
        ObjectNode method = resolve(records, id, "payment_method");
        Cards.Behaviour behaviour = behaviour(method);
        Decline decline = behaviour.decline();
        if (decline != null && !behaviour.canBeSaved()) {
            throw Refusal.card(decline, "payment_method", method);
        }
        if (Json.text(method, "customer") != null && !Json.is(method, "customer", Json.need(customer, "id"))) {
            throw Refusal.invalid(
                    null, "The payment method you provided has already been attached to a customer.", "payment_method");
        }
        if (Json.text(method, "customer") == null) {
            method.put("customer", Json.need(customer, "id"));
            records.saveAndTell(method, "payment_method.attached");
        }
        return method;
    }

    private ObjectNode detach(Call call) {
        ObjectNode method = records.get(TYPE, call.id());
        String customerId = Json.text(method, "customer");
        if (customerId == null) {
            throw Refusal.invalid(
                    null,
                    "The payment method you provided is not attached to a customer so detachment is impossible.",
                    "payment_method");
        }
        method.putNull("customer");
        records.saveAndTell(method, "payment_method.detached");
        records.find(Customers.TYPE, customerId).ifPresent(customer -> {
            if (Json.is(customer, "invoice_settings.default_payment_method", call.id())) {
                ((ObjectNode) customer.path("invoice_settings")).putNull("default_payment_method");
                records.save(customer);
            }
        });
        return method;
    }

    /** The payment method of this id; a token of a test card becomes a new one. */
    static ObjectNode resolve(Records records, String id, String param) {
        return Cards.numberOf(id)
                .map(number -> create(records, number, 12, 2040, null))
                .orElseGet(() -> records.named(TYPE, id, param));
    }

    /** Keeps a card that was entered; {@code number} must be a test card's. */
    static ObjectNode create(
            Records records, String number, int month, int year, @org.jspecify.annotations.Nullable String holder) {
        ObjectNode method = records.blank(TYPE);
        ObjectNode card = method.putObject("card");
        card.put("brand", Cards.brand(number));
        ObjectNode checks = card.putObject("checks");
        checks.putNull("address_line1_check");
        checks.putNull("address_postal_code_check");
        checks.put("cvc_check", "pass");
        card.put("country", "US");
        card.put("display_brand", Cards.brand(number));
        card.put("exp_month", month);
        card.put("exp_year", year);
        card.put("fingerprint", Integer.toString(number.hashCode() & 0x7fffffff, 36));
        card.put("funding", "credit");
        card.putNull("generated_from");
        card.put("last4", number.substring(number.length() - 4));
        card.putObject("networks").putArray("available").add(Cards.brand(number));
        card.putObject("three_d_secure_usage").put("supported", true);
        card.putNull("wallet");
        if (holder != null) {
            ((ObjectNode) method.path("billing_details")).put("name", holder);
        }
        method.put(
                "_behaviour",
                Cards.behaviour(number)
                        .orElseThrow(() -> new IllegalArgumentException("not a test card"))
                        .name());
        records.save(method);
        return method;
    }

    static Cards.Behaviour behaviour(ObjectNode method) {
        return Cards.Behaviour.valueOf(Json.need(method, "_behaviour"));
    }

    static boolean authenticated(ObjectNode method) {
        return Json.flag(method, "_authenticated");
    }

    /** The oldest card of a customer, for looks only. */
    static List<ObjectNode> of(Records records, String customer) {
        return records.store().all(TYPE, Map.of("customer", customer));
    }
}
