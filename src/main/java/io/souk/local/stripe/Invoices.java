package io.souk.local.stripe;

import com.stripe.param.InvoiceCreatePreviewParams;
import com.stripe.param.InvoiceFinalizeInvoiceParams;
import com.stripe.param.InvoiceLineItemListParams;
import com.stripe.param.InvoiceListParams;
import com.stripe.param.InvoiceMarkUncollectibleParams;
import com.stripe.param.InvoicePayParams;
import com.stripe.param.InvoicePaymentListParams;
import com.stripe.param.InvoicePaymentRetrieveParams;
import com.stripe.param.InvoiceRetrieveParams;
import com.stripe.param.InvoiceUpdateParams;
import com.stripe.param.InvoiceVoidInvoiceParams;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Bills: a draft for an hour, then final, then paid with the customer's card or left open. */
final class Invoices {
    static final String TYPE = "invoice";
    static final String BY_SUBSCRIPTION = "parent.subscription_details.subscription";

    private static final long DRAFT = 3_600;

    private final Records records;
    private final InvoiceLines lines;
    private final Collection collection;

    Invoices(Records records, InvoiceLines lines, Collection collection) {
        this.records = records;
        this.lines = lines;
        this.collection = collection;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/invoices", InvoiceListParams.class, this::list),
                Route.post("/v1/invoices/create_preview", InvoiceCreatePreviewParams.class, this::preview),
                Route.get("/v1/invoices/{}", InvoiceRetrieveParams.class, call -> current(call.id())),
                Route.post("/v1/invoices/{}", InvoiceUpdateParams.class, this::update),
                Route.post("/v1/invoices/{}/finalize", InvoiceFinalizeInvoiceParams.class, this::finish),
                Route.post("/v1/invoices/{}/pay", InvoicePayParams.class, this::pay),
                Route.post(
                        "/v1/invoices/{}/void",
                        InvoiceVoidInvoiceParams.class,
                        call -> close(call, "void", "voided_at", "invoice.voided")),
                Route.post(
                        "/v1/invoices/{}/mark_uncollectible",
                        InvoiceMarkUncollectibleParams.class,
                        call -> close(
                                call, "uncollectible", "marked_uncollectible_at", "invoice.marked_uncollectible")),
                Route.get(
                        "/v1/invoices/{}/lines",
                        InvoiceLineItemListParams.class,
                        call -> Records.sublist(
                                call.path(), Json.objects(current(call.id()), "lines.data"), call.form())),
                Route.get(
                        "/v1/invoice_payments",
                        InvoicePaymentListParams.class,
                        call -> records.list(Collection.PAYMENT, call, "invoice", "status")),
                Route.get(
                        "/v1/invoice_payments/{}",
                        InvoicePaymentRetrieveParams.class,
                        call -> records.get(Collection.PAYMENT, call.id())));
    }

    /** A draft shows what was reported until now. */
    private ObjectNode current(String id) {
        ObjectNode invoice = records.get(TYPE, id);
        if (Json.is(invoice, "status", "draft")) {
            lines.count(invoice);
        }
        return invoice;
    }

    private ObjectNode list(Call call) {
        Map<String, String> equal = new LinkedHashMap<>();
        call.form().text("customer").ifPresent(customer -> equal.put("customer", customer));
        call.form().text("status").ifPresent(status -> equal.put("status", status));
        call.form().text("subscription").ifPresent(subscription -> equal.put(BY_SUBSCRIPTION, subscription));
        return records.list(TYPE, call, equal);
    }

    /** A new draft for a subscription without lines, not yet kept; it bills from {@code start} to {@code end}. */
    private ObjectNode blank(ObjectNode subscription, String reason, long start, long end) {
        ObjectNode customer = records.get(Customers.TYPE, Json.need(subscription, "customer"));
        ObjectNode invoice = records.blank(TYPE);
        String id = Json.need(invoice, "id");
        invoice.put("customer", Json.need(customer, "id"));
        for (String name : List.of("address", "email", "name", "phone")) {
            invoice.set("customer_" + name, customer.path(name).deepCopy());
        }
        invoice.put("currency", Json.need(subscription, "currency"));
        invoice.put("billing_reason", reason);
        invoice.put("collection_method", Json.need(subscription, "collection_method"));
        invoice.put("period_start", start);
        invoice.put("period_end", end);
        invoice.put("test_clock", Json.text(subscription, "test_clock"));
        ((ObjectNode) invoice.path("lines")).put("url", "/v1/invoices/" + id + "/lines");
        ObjectNode parent = invoice.putObject("parent");
        parent.putNull("quote_details");
        ObjectNode details = parent.putObject("subscription_details");
        details.set("metadata", subscription.path("metadata").deepCopy());
        details.put("subscription", Json.need(subscription, "id"));
        parent.put("type", "subscription_details");
        return invoice;
    }

    /** Bills a subscription's usage up to {@code end}, and licensed items from then to {@code nextEnd} unless that is null. */
    ObjectNode draft(ObjectNode subscription, String reason, long end, @Nullable Long nextEnd) {
        long start = lines.items(subscription).stream()
                .mapToLong(item -> Json.number(item, "current_period_start"))
                .min()
                .orElse(end);
        ObjectNode invoice = blank(subscription, reason, start, end);
        lines.addPast(invoice, subscription, end);
        if (nextEnd != null) {
            addLicensed(invoice, subscription, end, nextEnd);
        }
        lines.count(invoice);
        long finalizes = records.time().now() + DRAFT;
        invoice.put("automatically_finalizes_at", finalizes);
        invoice.put("_due", finalizes);
        subscription.put("latest_invoice", Json.need(invoice, "id"));
        records.saveAndTell(invoice, "invoice.created");
        return invoice;
    }

    private void addLicensed(ObjectNode invoice, ObjectNode subscription, long start, long end) {
        for (ObjectNode item : lines.items(subscription)) {
            if (!InvoiceLines.metered(Json.child(item, "price"))) {
                lines.add(invoice, item, start, end);
            }
        }
    }

    /** The first bill of a subscription with licensed items: final and collected at once. */
    ObjectNode first(ObjectNode subscription, long start, long end) {
        ObjectNode invoice = blank(subscription, "subscription_create", start, start);
        addLicensed(invoice, subscription, start, end);
        lines.count(invoice);
        subscription.put("latest_invoice", Json.need(invoice, "id"));
        records.saveAndTell(invoice, "invoice.created");
        finish(invoice);
        return invoice;
    }

    private ObjectNode preview(Call call) {
        String id = call.form()
                .text("subscription")
                .orElseThrow(() -> Refusal.invalid(
                        "parameter_missing", "The local Stripe previews subscriptions only.", "subscription"));
        ObjectNode subscription = records.named(Subscriptions.TYPE, id, "subscription");
        long end = lines.items(subscription).stream()
                .mapToLong(item -> Json.number(item, "current_period_end"))
                .min()
                .orElse(records.time().now());
        ObjectNode invoice = blank(subscription, "upcoming", records.time().now(), end);
        invoice.put("id", "upcoming_in_" + Records.random(24));
        lines.addPast(invoice, subscription, end);
        lines.count(invoice);
        return invoice;
    }

    /** A draft's hour is over, or an open invoice is to be tried again. */
    void whenDue(ObjectNode invoice) {
        invoice.remove("_due");
        if (Json.is(invoice, "status", "draft")) {
            finish(invoice);
        } else if (Json.is(invoice, "status", "open")) {
            collection.collect(invoice, null);
        }
        records.save(invoice);
    }

    private ObjectNode finish(Call call) {
        ObjectNode invoice = records.get(TYPE, call.id());
        requireStatus(invoice, "draft", "finalize");
        if (call.form().has("auto_advance")) {
            invoice.put("auto_advance", call.form().flag("auto_advance"));
        }
        finish(invoice);
        return invoice;
    }

    private void finish(ObjectNode invoice) {
        lines.count(invoice);
        ObjectNode customer = records.get(Customers.TYPE, Json.need(invoice, "customer"));
        long sequence = Json.number(customer, "next_invoice_sequence");
        String digits = Long.toString(10_000 + sequence);
        invoice.put("number", Json.need(customer, "invoice_prefix") + "-" + digits.substring(digits.length() - 4));
        customer.put("next_invoice_sequence", sequence + 1);
        settleBalance(invoice, customer);
        records.save(customer);
        long now = records.time().now();
        invoice.put("status", "open");
        invoice.put("effective_at", now);
        invoice.putNull("automatically_finalizes_at");
        invoice.remove("_due");
        ((ObjectNode) invoice.path("status_transitions")).put("finalized_at", now);
        records.saveAndTell(invoice, "invoice.finalized");
        if (Json.is(invoice, "collection_method", "send_invoice")) {
            subscription(invoice, found -> {
                long days = Math.max(1, Json.number(found, "days_until_due"));
                invoice.put("due_date", now + days * 86_400);
            });
            records.saveAndTell(invoice, "invoice.sent");
        }
        if (Json.number(invoice, "amount_due") == 0) {
            collection.paid(invoice, 0);
        } else if (Json.flag(invoice, "auto_advance")
                && Json.is(invoice, "collection_method", "charge_automatically")) {
            collection.collect(invoice, null);
        }
    }

    private void subscription(ObjectNode invoice, java.util.function.Consumer<ObjectNode> work) {
        records.find(Subscriptions.TYPE, Json.text(invoice, BY_SUBSCRIPTION)).ifPresent(work);
    }

    /** What the customer owes from before is asked for now; what no card network would take is owed until the next bill. */
    private static void settleBalance(ObjectNode invoice, ObjectNode customer) {
        long before = Json.number(customer, "balance");
        long owed = Json.number(invoice, "total") + before;
        boolean chargeable = owed >= PaymentIntents.SMALLEST_CHARGE;
        long due = chargeable ? owed : 0;
        long after = chargeable ? 0 : owed;
        invoice.put("starting_balance", before);
        invoice.put("ending_balance", after);
        invoice.put("amount_due", due);
        invoice.put("amount_remaining", due);
        customer.put("balance", after);
    }

    private ObjectNode pay(Call call) {
        ObjectNode invoice = records.get(TYPE, call.id());
        if (Json.is(invoice, "status", "draft")) {
            invoice.put("auto_advance", false);
            finish(invoice);
        }
        if (Json.is(invoice, "status", "paid")) {
            throw Refusal.invalid("invoice_already_paid", "Invoice is already paid", null);
        }
        requireStatus(invoice, "open", "pay");
        if (call.form().flag("paid_out_of_band")) {
            collection.paid(invoice, 0);
            return invoice;
        }
        String method = call.form().text("payment_method").orElse(null);
        Decline decline = collection.collect(invoice, method);
        records.save(invoice);
        if (decline != null) {
            ObjectNode intent = records.find(PaymentIntents.TYPE, Json.text(invoice, "_payment_intent"))
                    .orElse(null);
            if (intent == null) {
                throw Refusal.invalid(
                        "invoice_payment_intent_requires_action",
                        "There is no `default_payment_method` set on this Customer or Invoice.",
                        null);
            }
            throw Refusal.card(decline, PaymentIntents.TYPE, intent);
        }
        return invoice;
    }

    private ObjectNode update(Call call) {
        ObjectNode invoice = records.get(TYPE, call.id());
        ObjectNode before = invoice.deepCopy();
        Form form = call.form();
        form.copy(invoice, "description", "footer", "default_payment_method", "statement_descriptor");
        form.mergeMetadata(invoice);
        if (form.has("auto_advance") && Json.is(invoice, "status", "draft")) {
            invoice.put("auto_advance", form.flag("auto_advance"));
            if (form.flag("auto_advance")) {
                long finalizes = records.time().now() + DRAFT;
                invoice.put("automatically_finalizes_at", finalizes);
                invoice.put("_due", finalizes);
            } else {
                invoice.putNull("automatically_finalizes_at");
                invoice.remove("_due");
            }
        }
        records.update(invoice, before, "invoice.updated");
        return invoice;
    }

    private ObjectNode close(Call call, String status, String transition, String event) {
        ObjectNode invoice = records.get(TYPE, call.id());
        requireStatus(invoice, "open", status.equals("void") ? "void" : "mark as uncollectible");
        invoice.put("status", status);
        invoice.putNull("next_payment_attempt");
        invoice.remove("_due");
        ((ObjectNode) invoice.path("status_transitions"))
                .put(transition, records.time().now());
        records.saveAndTell(invoice, event);
        return invoice;
    }

    private static void requireStatus(ObjectNode invoice, String status, String verb) {
        if (!Json.is(invoice, "status", status)) {
            throw Refusal.invalid(
                    "invoice_not_editable",
                    "You cannot " + verb + " this invoice: its status is " + Json.need(invoice, "status") + ", not "
                            + status + ".",
                    null);
        }
    }
}
