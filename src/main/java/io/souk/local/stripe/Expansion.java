package io.souk.local.stripe;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts objects where an answer has only their ids, as {@code expand[]} asks. */
final class Expansion {
    private static final int DEEPEST = 4;

    private final Records records;

    Expansion(Records records) {
        this.records = records;
    }

    ObjectNode expand(ObjectNode body, List<String> paths) {
        if (paths.isEmpty()) {
            return body;
        }
        ObjectNode copy = body.deepCopy();
        for (String path : paths) {
            String[] names = path.split("\\.");
            if (names.length > DEEPEST) {
                throw Refusal.invalid(
                        null, "You cannot expand more than 4 levels of a property. Property: " + path, null);
            }
            expand(copy, names, 0, path);
        }
        return copy;
    }

    private void expand(JsonNode node, String[] names, int index, String path) {
        if (index == names.length || !(node instanceof ObjectNode object)) {
            return;
        }
        String name = names[index];
        if (name.equals("data")) {
            object.path("data").forEach(each -> expand(each, names, index + 1, path));
            return;
        }
        include(object, name);
        JsonNode value = object.path(name);
        if (value.isMissingNode()) {
            throw Refusal.invalid(
                    null,
                    "This property cannot be expanded (" + path + "). You may want to try expanding '" + names[0]
                            + "' instead.",
                    "expand");
        }
        if (value.isString()) {
            ObjectNode found = records.store()
                    .find(value.asString())
                    .orElseThrow(
                            () -> Refusal.invalid(null, "This property cannot be expanded (" + path + ").", "expand"));
            object.set(name, found);
        }
        expand(object.path(name), names, index + 1, path);
    }

    /** What is only part of an answer when it is asked for. */
    private void include(ObjectNode object, String name) {
        String id = Json.text(object, "id");
        if (id == null) {
            return;
        }
        if (Json.is(object, "object", "checkout.session") && name.equals("line_items")) {
            String url = "/v1/checkout/sessions/" + id + "/line_items";
            object.set(name, Json.list(url, Json.objects(object, "_line_items"), false));
        } else if (Json.is(object, "object", "invoice") && name.equals("payments")) {
            List<ObjectNode> payments = records.store().all("invoice_payment", Map.of("invoice", id));
            object.set(name, Json.list("/v1/invoice_payments?invoice=" + id, payments, false));
        } else if (Json.is(object, "object", "charge") && name.equals("refunds")) {
            List<ObjectNode> refunds = records.store().all("refund", Map.of("charge", id));
            object.set(name, Json.list("/v1/charges/" + id + "/refunds", refunds, false));
        }
    }
}
