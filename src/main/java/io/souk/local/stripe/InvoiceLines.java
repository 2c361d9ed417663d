package io.souk.local.stripe;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What an invoice asks for: a line for each item of a subscription, rounded half up to whole cents each. */
final class InvoiceLines {
    private final Records records;
    private final MeterEvents usage;

    InvoiceLines(Records records, MeterEvents usage) {
        this.records = records;
        this.usage = usage;
    }

    static boolean metered(ObjectNode price) {
        return Json.is(price, "recurring.usage_type", "metered");
    }

    /** Adds a line for an item and a period; a metered one is counted anew whenever the draft is. */
    void add(ObjectNode invoice, ObjectNode item, long start, long end) {
        ObjectNode price = Json.child(item, "price");
        ObjectNode line = records.blank("line_item");
        String subscription = Json.need(item, "subscription");
        line.put("invoice", Json.need(invoice, "id"));
        line.put("currency", Json.need(price, "currency"));
        line.put("subscription", subscription);
        ObjectNode period = line.putObject("period");
        period.put("start", start);
        period.put("end", end);
        ObjectNode pricing = line.putObject("pricing");
        ObjectNode details = pricing.putObject("price_details");
        details.put("price", Json.need(price, "id"));
        details.put("product", Json.need(price, "product"));
        pricing.put("type", "price_details");
        pricing.put("unit_amount_decimal", Json.need(price, "unit_amount_decimal"));
        ObjectNode parent = line.putObject("parent");
        parent.putNull("invoice_item_details");
        ObjectNode origin = parent.putObject("subscription_item_details");
        origin.putNull("invoice_item");
        origin.put("proration", false);
        origin.putNull("proration_details");
        origin.put("subscription", subscription);
        origin.put("subscription_item", Json.need(item, "id"));
        parent.put("type", "subscription_item_details");
        if (metered(price)) {
            line.put("_meter", Json.need(price, "recurring.meter"));
        } else {
            line.put("quantity", Json.number(item, "quantity"));
        }
        array(invoice).add(line);
    }

    private static ArrayNode array(ObjectNode invoice) {
        return (ArrayNode) invoice.path("lines").path("data");
    }

    /** Counts the lines of a draft anew and adds them up. */
    void count(ObjectNode invoice) {
        String customer = Json.need(invoice, "customer");
        long total = 0;
        for (ObjectNode line : Json.objects(invoice, "lines.data")) {
            BigDecimal quantity = BigDecimal.valueOf(Json.number(line, "quantity"));
            String meter = Json.text(line, "_meter");
            if (meter != null) {
                quantity = usage.aggregate(
                                records.get(Meters.TYPE, meter),
                                customer,
                                Json.number(line, "period.start"),
                                Json.number(line, "period.end"))
                        .max(BigDecimal.ZERO);
                line.put("quantity", quantity.longValueExact());
            }
            BigDecimal unit = new BigDecimal(Json.need(line, "pricing.unit_amount_decimal"));
            long amount = Rounding.cents(quantity, unit);
            line.put("amount", amount);
            line.put("subtotal", amount);
            line.put("description", words(line, quantity, unit));
            total = Math.addExact(total, amount);
        }
        for (String name : List.of("subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax")) {
            invoice.put(name, total);
        }
        invoice.put("amount_due", total);
        invoice.put("amount_remaining", total);
    }

    private String words(ObjectNode line, BigDecimal quantity, BigDecimal unit) {
        String product = records.find(Catalogue.PRODUCT, Json.text(line, "pricing.price_details.product"))
                .flatMap(found -> Json.find(found, "name"))
                .orElse("Usage");
        return quantity.toPlainString() + " × " + product + " (at $" + Json.plain(unit.movePointLeft(2)) + ")";
    }

    /** The items of a subscription, as they are now. */
    List<ObjectNode> items(ObjectNode subscription) {
        return Json.objects(subscription, "items.data");
    }

    /** Every line that a subscription's past period gives, pending ones of removed items first. */
    void addPast(ObjectNode invoice, ObjectNode subscription, long end) {
        for (ObjectNode pending : Json.objects(subscription, "_removed")) {
            add(invoice, Json.child(pending, "item"), Json.number(pending, "start"), Json.number(pending, "end"));
        }
        for (ObjectNode item : items(subscription)) {
            if (metered(Json.child(item, "price"))) {
                add(invoice, item, Json.number(item, "current_period_start"), end);
            }
        }
    }

    /** The invoices of a subscription, oldest first. */
    List<ObjectNode> invoicesOf(String subscription) {
        return records.store().all(Invoices.TYPE, Map.of(Invoices.BY_SUBSCRIPTION, subscription));
    }
}
