package io.souk.local.stripe;

import com.stripe.param.CustomerCreateParams;
import com.stripe.param.CustomerListParams;
import com.stripe.param.CustomerListPaymentMethodsParams;
import com.stripe.param.CustomerRetrieveParams;
import com.stripe.param.CustomerUpdateParams;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** Who pays. */
final class Customers {
    static final String TYPE = "customer";

    private final Records records;

    Customers(Records records) {
        this.records = records;
    }

    List<Route> routes() {
        return List.of(
                Route.post("/v1/customers", CustomerCreateParams.class, this::create),
                Route.get(
                        "/v1/customers",
                        CustomerListParams.class,
                        call -> records.list(TYPE, call, "email", "test_clock")),
                Route.get("/v1/customers/{}", CustomerRetrieveParams.class, call -> find(call.id())),
                Route.post("/v1/customers/{}", CustomerUpdateParams.class, this::update),
                Route.delete("/v1/customers/{}", Object.class, this::delete),
                Route.get(
                        "/v1/customers/{}/payment_methods",
                        CustomerListPaymentMethodsParams.class,
                        call -> records.list(PaymentMethods.TYPE, call, java.util.Map.of("customer", call.id()))));
    }

    private ObjectNode find(String id) {
        ObjectNode customer = records.get(TYPE, id);
        return Json.flag(customer, "_deleted") ? Records.deleted(customer) : customer;
    }

    /** The customer that a parameter names, unless it was deleted. */
    ObjectNode living(String id) {
        ObjectNode customer = records.named(TYPE, id, "customer");
        if (Json.flag(customer, "_deleted")) {
            throw Refusal.noSuch(TYPE, id, "customer");
        }
        return customer;
    }

    private ObjectNode create(Call call) {
        ObjectNode customer = records.blank(TYPE);
        customer.put("invoice_prefix", Records.random(8).toUpperCase(Locale.ROOT));
        call.form().text("test_clock").ifPresent(clock -> {
            records.named(TestClocks.TYPE, clock, "test_clock");
            customer.put("test_clock", clock);
        });
        call.form().text("payment_method").ifPresent(method -> customer.put("_pending_method", method));
        apply(call.form(), customer);
        records.saveAndTell(customer, "customer.created");
        call.form().text("payment_method").ifPresent(method -> PaymentMethods.attach(records, method, customer));
        return customer;
    }

    private ObjectNode update(Call call) {
        ObjectNode customer = living(call.id());
        ObjectNode before = customer.deepCopy();
        apply(call.form(), customer);
        records.update(customer, before, "customer.updated");
        return customer;
    }

    private void apply(Form form, ObjectNode customer) {
        customer.remove("_pending_method");
        form.copy(customer, "address", "description", "email", "name", "phone", "shipping");
        form.copy(customer, "preferred_locales", "tax_exempt");
        form.copyNumbers(customer, "balance");
        form.mergeMetadata(customer);
        form.text("invoice_settings.default_payment_method").ifPresent(id -> {
            ObjectNode method = records.named(PaymentMethods.TYPE, id, "invoice_settings[default_payment_method]");
            if (!Json.is(method, "customer", Json.need(customer, "id"))) {
                throw Refusal.invalid(
                        null,
                        "The customer does not have a payment method with the ID " + id
                                + ". The payment method must be attached to the customer.",
                        "invoice_settings[default_payment_method]");
            }
            ((ObjectNode) customer.path("invoice_settings")).put("default_payment_method", id);
        });
        if (form.has("invoice_settings.default_payment_method")
                && form.text("invoice_settings.default_payment_method").isEmpty()) {
            ((ObjectNode) customer.path("invoice_settings")).putNull("default_payment_method");
        }
    }

    private ObjectNode delete(Call call) {
        ObjectNode customer = living(call.id());
        customer.put("_deleted", true);
        records.saveAndTell(customer, "customer.deleted");
        return Records.deleted(customer);
    }
}
