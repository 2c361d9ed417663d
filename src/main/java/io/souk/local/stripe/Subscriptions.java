package io.souk.local.stripe;

import com.stripe.param.SubscriptionCancelParams;
import com.stripe.param.SubscriptionCreateParams;
import com.stripe.param.SubscriptionListParams;
import com.stripe.param.SubscriptionRetrieveParams;
import com.stripe.param.SubscriptionUpdateParams;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is billed again and again: metered items for the period that ended, licensed ones for the period that begins. */
final class Subscriptions {
    static final String TYPE = "subscription";

    private static final int MOST_ITEMS = 20;

    private final Records records;
    private final Invoices invoices;
    private final SubscriptionItems items;

    Subscriptions(Records records, Invoices invoices, SubscriptionItems items) {
        this.records = records;
        this.invoices = invoices;
        this.items = items;
    }

    List<Route> routes() {
        return List.of(
                Route.post("/v1/subscriptions", SubscriptionCreateParams.class, this::create),
                Route.get("/v1/subscriptions", SubscriptionListParams.class, this::list),
                Route.get(
                        "/v1/subscriptions/{}", SubscriptionRetrieveParams.class, call -> records.get(TYPE, call.id())),
                Route.post("/v1/subscriptions/{}", SubscriptionUpdateParams.class, this::update),
                Route.delete("/v1/subscriptions/{}", SubscriptionCancelParams.class, this::cancel));
    }

    private ObjectNode list(Call call) {
        String status = call.form().text("status").orElse("");
        if (status.isEmpty() || status.equals("all") || status.equals("ended")) {
            ObjectNode all = records.list(TYPE, call, "customer", "test_clock");
            if (status.equals("all")) {
                return all;
            }
            boolean ended = status.equals("ended");
            List<ObjectNode> kept = Json.objects(all, "data").stream()
                    .filter(each -> Json.is(each, "status", "canceled") == ended)
                    .toList();
            return Json.list(call.path(), kept, Json.flag(all, "has_more"));
        }
        return records.list(TYPE, call, "customer", "status", "test_clock");
    }

    private ObjectNode create(Call call) {
        Form form = call.form();
        ObjectNode customer = records.named(Customers.TYPE, form.need("customer"), "customer");
        List<Form> wanted = form.forms("items");
        if (wanted.isEmpty()) {
            throw Refusal.parameterMissing("items");
        }
        if (wanted.size() > MOST_ITEMS) {
            throw Refusal.invalid(null, "A subscription may have at most 20 items.", "items");
        }
        for (String unsupported : List.of("trial_end", "trial_period_days", "discounts", "add_invoice_items")) {
            if (form.has(unsupported)) {
                throw Refusal.invalid(null, "The local Stripe does not know " + unsupported + ".", unsupported);
            }
        }
        ObjectNode subscription = records.blank(TYPE);
        subscription.put("customer", Json.need(customer, "id"));
        subscription.put("test_clock", Json.text(customer, "test_clock"));
        form.copy(subscription, "collection_method", "default_payment_method", "description");
        form.copyNumbers(subscription, "days_until_due");
        form.copyFlags(subscription, "cancel_at_period_end");
        form.mergeMetadata(subscription);
        form.text("default_payment_method")
                .ifPresent(id -> records.named(PaymentMethods.TYPE, id, "default_payment_method"));
        form.text("billing_mode.type")
                .ifPresent(type -> ((ObjectNode) subscription.path("billing_mode")).put("type", type));
        begin(form, subscription, wanted);
        return subscription;
    }

    private void begin(Form form, ObjectNode subscription, List<Form> wanted) {
        long now = records.time().now();
        long start = form.number("backdate_start_date").orElse(now);
        if (start > now) {
            throw Refusal.invalid(null, "`backdate_start_date` must be in the past.", "backdate_start_date");
        }
        long anchor = form.number("billing_cycle_anchor").orElse(start);
        ObjectNode firstPrice = items.price(wanted.getFirst(), "items[0][price]");
        Periods periods = Periods.of(anchor, firstPrice);
        if (anchor > now && anchor > Periods.of(now, firstPrice).after(now)) {
            throw Refusal.invalid(
                    null,
                    "`billing_cycle_anchor` cannot be later than the next natural billing date.",
                    "billing_cycle_anchor");
        }
        long periodStart = anchor > now ? start : Math.max(start, periods.atOrBefore(now));
        long periodEnd = periods.after(now);
        subscription.put("start_date", start);
        subscription.put("billing_cycle_anchor", anchor);
        subscription.put("currency", Json.need(firstPrice, "currency"));
        ((ObjectNode) subscription.path("items"))
                .put("url", "/v1/subscription_items?subscription=" + Json.need(subscription, "id"));
        for (int i = 0; i < wanted.size(); i++) {
            items.add(subscription, wanted.get(i), periodStart, periodEnd, "items[" + i + "]");
        }
        subscription.put("_due", periodEnd);
        boolean licensed = Json.objects(subscription, "items.data").stream()
                .anyMatch(item -> !InvoiceLines.metered(Json.child(item, "price")));
        if (licensed) {
            subscription.put("status", "incomplete");
        }
        items.save(subscription);
        records.saveAndTell(subscription, "customer.subscription.created");
        if (licensed) {
            ObjectNode invoice = invoices.first(subscription, periodStart, periodEnd);
            boolean waits = Json.is(invoice, "collection_method", "send_invoice");
            subscription.put("status", waits || Json.is(invoice, "status", "paid") ? "active" : "incomplete");
            records.save(subscription);
        }
    }

    private ObjectNode update(Call call) {
        ObjectNode subscription = records.get(TYPE, call.id());
        requireLiving(subscription);
        ObjectNode before = subscription.deepCopy();
        Form form = call.form();
        form.copy(subscription, "collection_method", "default_payment_method", "description");
        form.copyNumbers(subscription, "days_until_due");
        form.mergeMetadata(subscription);
        if (form.has("cancel_at_period_end")) {
            boolean ends = form.flag("cancel_at_period_end");
            subscription.put("cancel_at_period_end", ends);
            if (ends) {
                subscription.put("cancel_at", Json.number(subscription, "_due"));
                subscription.put("canceled_at", records.time().now());
            } else {
                subscription.putNull("cancel_at");
                subscription.putNull("canceled_at");
            }
        }
        List<Form> changes = form.forms("items");
        for (int i = 0; i < changes.size(); i++) {
            items.change(subscription, changes.get(i), "items[" + i + "]");
        }
        items.save(subscription);
        records.update(subscription, before, "customer.subscription.updated");
        return subscription;
    }

    /** A period is over. */
    void whenDue(ObjectNode subscription) {
        if (Json.is(subscription, "status", "canceled")) {
            subscription.remove("_due");
            records.save(subscription);
            return;
        }
        long end = Json.number(subscription, "_due");
        ObjectNode before = subscription.deepCopy();
        if (Json.flag(subscription, "cancel_at_period_end")) {
            invoices.draft(subscription, "subscription_cycle", end, null);
            ended(subscription, "cancellation_requested");
            return;
        }
        ObjectNode price = Json.child(Json.objects(subscription, "items.data").getFirst(), "price");
        long next = Periods.of(Json.number(subscription, "billing_cycle_anchor"), price)
                .after(end);
        invoices.draft(subscription, "subscription_cycle", end, next);
        subscription.remove("_removed");
        for (ObjectNode item : Json.objects(subscription, "items.data")) {
            item.put("current_period_start", end);
            item.put("current_period_end", next);
        }
        subscription.put("_due", next);
        items.save(subscription);
        records.update(subscription, before, "customer.subscription.updated");
    }

    private ObjectNode cancel(Call call) {
        ObjectNode subscription = records.get(TYPE, call.id());
        requireLiving(subscription);
        if (call.form().flag("invoice_now")) {
            invoices.draft(subscription, "subscription_update", records.time().now(), null);
        }
        call.form()
                .text("cancellation_details.comment")
                .ifPresent(comment -> ((ObjectNode) subscription.path("cancellation_details")).put("comment", comment));
        ended(subscription, "cancellation_requested");
        return subscription;
    }

    private void ended(ObjectNode subscription, String reason) {
        long now = records.time().now();
        subscription.put("status", "canceled");
        subscription.put("ended_at", now);
        if (subscription.path("canceled_at").isNull()) {
            subscription.put("canceled_at", now);
        }
        ((ObjectNode) subscription.path("cancellation_details")).put("reason", reason);
        subscription.remove("_due");
        records.saveAndTell(subscription, "customer.subscription.deleted");
    }

    private static void requireLiving(ObjectNode subscription) {
        if (Json.is(subscription, "status", "canceled")) {
            throw Refusal.noSuch(TYPE, Json.need(subscription, "id"), null);
        }
    }

    static ArrayNode itemsOf(ObjectNode subscription) {
        return (ArrayNode) subscription.path("items").path("data");
    }
}
