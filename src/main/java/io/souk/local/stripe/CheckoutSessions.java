package io.souk.local.stripe;

import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionExpireParams;
import com.stripe.param.checkout.SessionListLineItemsParams;
import com.stripe.param.checkout.SessionListParams;
import com.stripe.param.checkout.SessionRetrieveParams;
import com.stripe.param.checkout.SessionUpdateParams;
import java.math.BigDecimal;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Visits to the hosted payment page: what is to be paid, by whom, and where to go afterwards. */
final class CheckoutSessions {
    static final String TYPE = "checkout.session";

    private static final long SHORTEST = 30 * 60;
    private static final long LONGEST = 24 * 60 * 60;

    private final Records records;
    private final Catalogue catalogue;
    private final SetupIntents setups;
    private final String pages;

    /** {@code pages} is the address under which people reach the hosted pages, without a slash at its end. */
    CheckoutSessions(Records records, Catalogue catalogue, SetupIntents setups, String pages) {
        this.records = records;
        this.catalogue = catalogue;
        this.setups = setups;
        this.pages = pages;
    }

    List<Route> routes() {
        return List.of(
                Route.post("/v1/checkout/sessions", SessionCreateParams.class, this::create),
                Route.get(
                        "/v1/checkout/sessions",
                        SessionListParams.class,
                        call -> records.list(TYPE, call, "customer", "payment_intent", "status", "subscription")),
                Route.get(
                        "/v1/checkout/sessions/{}", SessionRetrieveParams.class, call -> records.get(TYPE, call.id())),
                Route.post("/v1/checkout/sessions/{}", SessionUpdateParams.class, this::update),
                Route.post("/v1/checkout/sessions/{}/expire", SessionExpireParams.class, this::expire),
                Route.get(
                        "/v1/checkout/sessions/{}/line_items",
                        SessionListLineItemsParams.class,
                        call -> Records.sublist(
                                call.path(), Json.objects(records.get(TYPE, call.id()), "_line_items"), call.form())));
    }

    private ObjectNode create(Call call) {
        Form form = call.form();
        String mode = form.need("mode");
        if (!mode.equals("payment") && !mode.equals("setup")) {
            throw Refusal.invalid(
                    null, "The local Stripe's Checkout takes payments and saves cards; mode was " + mode + ".", "mode");
        }
        ObjectNode session = records.blank(TYPE);
        String id = Json.need(session, "id");
        session.put("mode", mode);
        session.put("success_url", form.need("success_url"));
        form.copy(session, "cancel_url", "client_reference_id", "customer_email", "locale", "submit_type");
        form.copy(session, "integration_identifier", "billing_address_collection");
        form.mergeMetadata(session);
        form.text("customer").ifPresent(customer -> {
            if (form.has("customer_email")) {
                throw Refusal.invalid(
                        null, "You may only specify one of these parameters: customer, customer_email.", "customer");
            }
            ObjectNode found = records.named(Customers.TYPE, customer, "customer");
            session.put("customer", customer);
            ObjectNode details = details(session);
            details.put("email", Json.text(found, "email"));
            details.put("name", Json.text(found, "name"));
        });
        form.text("customer_email").ifPresent(email -> details(session).put("email", email));
        setExpiry(form, session);
        session.put("url", pages + "/local/stripe/checkout/" + id);
        if (mode.equals("payment")) {
            payment(form, session);
        } else {
            setup(form, session);
        }
        records.save(session);
        return session;
    }

    private static ObjectNode details(ObjectNode session) {
        if (session.path("customer_details") instanceof ObjectNode details) {
            return details;
        }
        ObjectNode details = session.putObject("customer_details");
        for (String name : new String[] {"address", "business_name", "email", "individual_name", "name", "phone"}) {
            details.putNull(name);
        }
        details.put("tax_exempt", "none");
        details.putNull("tax_ids");
        return details;
    }

    private void setExpiry(Form form, ObjectNode session) {
        long now = records.time().now();
        long expires = form.number("expires_at").orElse(now + LONGEST);
        // A minute's grace either way, as the caller's clock is not this one.
        if (expires < now + SHORTEST - 60 || expires > now + LONGEST + 60) {
            throw Refusal.invalid(
                    null,
                    "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout Session "
                            + "creation.",
                    "expires_at");
        }
        session.put("expires_at", expires);
        session.put("_due", expires);
    }

    private void payment(Form form, ObjectNode session) {
        List<Form> lines = form.forms("line_items");
        if (lines.isEmpty()) {
            throw Refusal.parameterMissing("line_items");
        }
        ArrayNode items = session.putArray("_line_items");
        long total = 0;
        for (int i = 0; i < lines.size(); i++) {
            ObjectNode item = item(lines.get(i), "line_items[" + i + "]");
            String currency = Json.need(item, "currency");
            String before = Json.text(session, "currency");
            if (before != null && !before.equals(currency)) {
                throw Refusal.invalid(null, "All line items must have the same currency.", "line_items");
            }
            session.put("currency", currency);
            total = Math.addExact(total, Json.number(item, "amount_total"));
            items.add(item);
        }
        if (total != 0 && total < PaymentIntents.SMALLEST_CHARGE) {
            throw Refusal.invalid(
                    "amount_too_small",
                    "The Checkout Session's total amount must convert to at least 50 cents.",
                    "line_items");
        }
        session.put("amount_subtotal", total);
        session.put("amount_total", total);
        session.put(
                "customer_creation",
                form.text("customer_creation").orElse(session.path("customer").isNull() ? "if_required" : null));
        session.set("_payment_intent_data", Json.child(form.tree(), "payment_intent_data"));
    }

    private ObjectNode item(Form line, String param) {
        ObjectNode price = line.text("price")
                .map(id -> records.named(Catalogue.PRICE, id, param + "[price]"))
                .orElseGet(() -> catalogue.inlinePrice(line, param + "[price_data]"));
        if (Json.is(price, "type", "recurring")) {
            throw Refusal.invalid(
                    null,
                    "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode"
                            + " or use only one-time prices.",
                    param);
        }
        long quantity = line.number("quantity").orElseThrow(() -> Refusal.parameterMissing(param + "[quantity]"));
        if (quantity < 1) {
            throw Refusal.invalid(
                    "parameter_invalid_integer",
                    "This value must be greater than or equal to 1.",
                    param + "[quantity]");
        }
        long amount =
                Rounding.cents(BigDecimal.valueOf(quantity), new BigDecimal(Json.need(price, "unit_amount_decimal")));
        ObjectNode product = records.get(Catalogue.PRODUCT, Json.need(price, "product"));
        ObjectNode item = records.blank("item");
        item.put("amount_subtotal", amount);
        item.put("amount_total", amount);
        item.put("currency", Json.need(price, "currency"));
        item.put("description", Json.need(product, "name"));
        item.set("price", price);
        item.put("quantity", quantity);
        return item;
    }

    private void setup(Form form, ObjectNode session) {
        if (form.has("line_items")) {
            throw Refusal.invalid(null, "`line_items` are not allowed in `setup` mode.", "line_items");
        }
        form.copy(session, "currency");
        session.put("payment_status", "no_payment_required");
        ObjectNode intent = setups.open(Json.text(session, "customer"), form, "setup_intent_data.metadata");
        session.put("setup_intent", Json.need(intent, "id"));
    }

    private ObjectNode update(Call call) {
        ObjectNode session = records.get(TYPE, call.id());
        call.form().mergeMetadata(session);
        records.save(session);
        return session;
    }

    private ObjectNode expire(Call call) {
        ObjectNode session = records.get(TYPE, call.id());
        if (!Json.is(session, "status", "open")) {
            throw Refusal.invalid(
                    null,
                    "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a "
                            + "status of `" + Json.need(session, "status") + "`.",
                    null);
        }
        expire(session);
        return session;
    }

    /** Closes a session that nobody paid. */
    void expire(ObjectNode session) {
        session.put("status", "expired");
        session.putNull("url");
        session.remove("_due");
        records.saveAndTell(session, "checkout.session.expired");
    }
}
