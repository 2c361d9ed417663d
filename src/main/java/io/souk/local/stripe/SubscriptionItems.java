package io.souk.local.stripe;

import com.stripe.param.SubscriptionItemCreateParams;
import com.stripe.param.SubscriptionItemDeleteParams;
import com.stripe.param.SubscriptionItemListParams;
import com.stripe.param.SubscriptionItemRetrieveParams;
import com.stripe.param.SubscriptionItemUpdateParams;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The prices of a subscription. A metered item that is removed is still billed for what was used until then. */
final class SubscriptionItems {
    static final String TYPE = "subscription_item";

    private final Records records;

    SubscriptionItems(Records records) {
        this.records = records;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/subscription_items", SubscriptionItemListParams.class, call -> {
                    ObjectNode subscription =
                            records.named(Subscriptions.TYPE, call.form().need("subscription"), "subscription");
                    return Records.sublist(call.path(), Json.objects(subscription, "items.data"), call.form());
                }),
                Route.post("/v1/subscription_items", SubscriptionItemCreateParams.class, this::create),
                Route.get(
                        "/v1/subscription_items/{}",
                        SubscriptionItemRetrieveParams.class,
                        call -> records.get(TYPE, call.id())),
                Route.post("/v1/subscription_items/{}", SubscriptionItemUpdateParams.class, this::update),
                Route.delete("/v1/subscription_items/{}", SubscriptionItemDeleteParams.class, this::delete));
    }

    /** The recurring price that a new item names. */
    ObjectNode price(Form item, String param) {
        String id = item.text("price").orElseThrow(() -> Refusal.parameterMissing(param));
        ObjectNode price = records.named(Catalogue.PRICE, id, param);
        if (!Json.is(price, "type", "recurring")) {
            throw Refusal.invalid(
                    null,
                    "The price specified is set to `type=one_time` but this field only accepts recurring prices.",
                    param);
        }
        return price;
    }

    ObjectNode add(ObjectNode subscription, Form wanted, long start, long end, String param) {
        ObjectNode price = price(wanted, param + "[price]");
        if (!Json.is(price, "currency", Json.need(subscription, "currency"))) {
            throw Refusal.invalid(null, "All items of a subscription must have the same currency.", param);
        }
        for (ObjectNode other : Json.objects(subscription, "items.data")) {
            if (Json.is(other, "price.id", Json.need(price, "id"))) {
                throw Refusal.invalid(
                        null, "Subscription items must have different prices: " + Json.need(price, "id"), param);
            }
            if (!Json.is(price, "recurring.interval", Json.need(other, "price.recurring.interval"))) {
                throw Refusal.invalid(null, "The local Stripe bills all items at the same interval.", param);
            }
        }
        boolean metered = InvoiceLines.metered(price);
        if (metered && wanted.has("quantity")) {
            throw Refusal.invalid(null, "You cannot set the quantity for metered prices.", param + "[quantity]");
        }
        ObjectNode item = records.blank(TYPE);
        item.set("price", price);
        item.put("subscription", Json.need(subscription, "id"));
        item.put("current_period_start", start);
        item.put("current_period_end", end);
        if (metered) {
            item.remove("quantity");
        } else {
            item.put("quantity", wanted.number("quantity").orElse(1L));
        }
        wanted.mergeMetadata(item);
        Subscriptions.itemsOf(subscription).add(item);
        return item;
    }

    /** One entry of {@code items} in an update: a new price, another quantity, or a removal. */
    void change(ObjectNode subscription, Form change, String param) {
        String id = change.text("id").orElse(null);
        if (id == null) {
            add(subscription, change, records.time().now(), Json.number(subscription, "_due"), param);
            return;
        }
        ObjectNode item = Json.objects(subscription, "items.data").stream()
                .filter(each -> Json.is(each, "id", id))
                .findFirst()
                .orElseThrow(() -> Refusal.noSuch(TYPE, id, param + "[id]"));
        if (change.flag("deleted")) {
            remove(subscription, item);
            return;
        }
        if (change.text("price")
                .filter(price -> !Json.is(item, "price.id", price))
                .isPresent()) {
            throw Refusal.invalid(
                    null, "The local Stripe does not swap prices: remove the item and add another.", param + "[price]");
        }
        change.copyNumbers(item, "quantity");
        change.mergeMetadata(item);
    }

    private void remove(ObjectNode subscription, ObjectNode item) {
        ArrayNode all = Subscriptions.itemsOf(subscription);
        if (all.size() == 1) {
            throw Refusal.invalid(null, "A subscription must have at least one active plan.", null);
        }
        for (int i = 0; i < all.size(); i++) {
            if (Json.is(all.path(i), "id", Json.need(item, "id"))) {
                all.remove(i);
            }
        }
        records.store().delete(Json.need(item, "id"));
        if (InvoiceLines.metered(Json.child(item, "price"))) {
            ArrayNode removed =
                    subscription.path("_removed") instanceof ArrayNode kept ? kept : subscription.putArray("_removed");
            ObjectNode entry = removed.addObject();
            entry.set("item", item);
            entry.put("start", Json.number(item, "current_period_start"));
            entry.put("end", records.time().now());
        }
    }

    /** Keeps the items by their own ids, too. */
    void save(ObjectNode subscription) {
        Json.objects(subscription, "items.data").forEach(records::save);
    }

    private ObjectNode create(Call call) {
        ObjectNode subscription = records.named(Subscriptions.TYPE, call.form().need("subscription"), "subscription");
        ObjectNode before = subscription.deepCopy();
        ObjectNode item =
                add(subscription, call.form(), records.time().now(), Json.number(subscription, "_due"), "items[0]");
        save(subscription);
        records.update(subscription, before, "customer.subscription.updated");
        return item;
    }

    private ObjectNode update(Call call) {
        ObjectNode subscription = subscriptionOf(call.id());
        ObjectNode before = subscription.deepCopy();
        ObjectNode withId = call.form().tree().deepCopy();
        withId.put("id", call.id());
        change(subscription, new Form(withId), "items[0]");
        save(subscription);
        records.update(subscription, before, "customer.subscription.updated");
        return records.get(TYPE, call.id());
    }

    private ObjectNode delete(Call call) {
        ObjectNode subscription = subscriptionOf(call.id());
        ObjectNode before = subscription.deepCopy();
        ObjectNode item = records.get(TYPE, call.id());
        remove(subscription, item);
        records.update(subscription, before, "customer.subscription.updated");
        return Records.deleted(item);
    }

    private ObjectNode subscriptionOf(String item) {
        return records.get(Subscriptions.TYPE, Json.need(records.get(TYPE, item), "subscription"));
    }
}
