package io.souk.local.stripe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes, finds and changes objects, and says so by events. */
final class Records {
    static final String API_VERSION = "2026-07-29.dahlia";

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ObjectNode BLANKS = blanks();

    /** The call that is being answered: an event tells which request caused it. */
    static final ScopedValue<Cause> CAUSE = ScopedValue.newInstance();

    record Cause(String request, @Nullable String idempotencyKey) {}

    private final Store store;
    private final Time time;

    Records(Store store, Time time) {
        this.store = store;
        this.time = time;
    }

    Store store() {
        return store;
    }

    Time time() {
        return time;
    }

    static String random(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    /** A new object with every field that Stripe shows, not yet kept. */
    ObjectNode blank(String type) {
        ObjectNode blank = ((ObjectNode) BLANKS.path(type)).deepCopy();
        int length = type.equals("checkout.session") ? 58 : 24;
        blank.put("id", Json.need(blank, "id") + random(length));
        if (blank.has("created")) {
            blank.put("created", time.now());
        }
        return blank;
    }

    /** The object that the path names. */
    ObjectNode get(String type, String id) {
        return store.find(type, id).orElseThrow(() -> Refusal.noSuch(type, id, null));
    }

    /** The object that a parameter names. */
    ObjectNode named(String type, String id, String param) {
        return store.find(type, id).orElseThrow(() -> Refusal.noSuch(type, id, param));
    }

    Optional<ObjectNode> find(String type, @Nullable String id) {
        return id == null ? Optional.empty() : store.find(type, id);
    }

    void save(ObjectNode document) {
        store.save(document);
    }

    void saveAndTell(ObjectNode document, String eventType) {
        store.save(document);
        tell(eventType, document, null);
    }

    /** Saves the change and tells what the changed fields were before. */
    void update(ObjectNode document, ObjectNode before, String eventType) {
        store.save(document);
        ObjectNode shown = Json.shown(document);
        ObjectNode previous = Json.object();
        Json.shown(before).properties().forEach(entry -> {
            if (!entry.getValue().equals(shown.path(entry.getKey()))) {
                previous.set(entry.getKey(), entry.getValue());
            }
        });
        tell(eventType, document, previous);
    }

    /** Keeps an event and a delivery for each endpoint that asked for its type. */
    void tell(String eventType, ObjectNode subject, @Nullable ObjectNode previous) {
        ObjectNode event = blank("event");
        event.put("type", eventType);
        ObjectNode data = event.putObject("data");
        data.set("object", Json.shown(subject));
        if (previous != null) {
            data.set("previous_attributes", previous);
        }
        if (CAUSE.isBound()) {
            ObjectNode request = event.putObject("request");
            request.put("id", CAUSE.get().request());
            request.put("idempotency_key", CAUSE.get().idempotencyKey());
        }
        store.save(event);
        for (ObjectNode endpoint : store.all("webhook_endpoint", Map.of("status", "enabled"))) {
            if (wants(endpoint, eventType)) {
                store.jdbc()
                        .sql("""
                            insert into local_stripe.deliveries (event, endpoint, next_attempt_at)
                            values (:event, :endpoint, :now)\
                            """)
                        .param("event", Json.need(event, "id"))
                        .param("endpoint", Json.need(endpoint, "id"))
                        .param("now", time.globalMillis())
                        .update();
            }
        }
    }

    private static boolean wants(ObjectNode endpoint, String eventType) {
        for (JsonNode enabled : endpoint.path("enabled_events")) {
            if (enabled.asString().equals("*") || enabled.asString().equals(eventType)) {
                return true;
            }
        }
        return false;
    }

    /** A page of a type by Stripe's list parameters; {@code filters} name parameters that are fields of the object. */
    ObjectNode list(String type, Call call, String... filters) {
        Map<String, String> equal = new java.util.LinkedHashMap<>();
        for (String filter : filters) {
            call.form().text(filter).ifPresent(value -> equal.put(filter, value));
        }
        return list(type, call, equal);
    }

    ObjectNode list(String type, Call call, Map<String, String> equal) {
        Form form = call.form();
        int limit = limit(form);
        Long from = form.number("created.gte")
                .or(() -> form.number("created.gt").map(after -> after + 1))
                .or(() -> exact(form))
                .orElse(null);
        Long to = form.number("created.lt")
                .or(() -> form.number("created.lte").map(until -> until + 1))
                .or(() -> exact(form).map(at -> at + 1))
                .orElse(null);
        Store.Page page = store.page(new Store.Query(
                type,
                equal,
                from,
                to,
                limit,
                form.text("starting_after").orElse(null),
                form.text("ending_before").orElse(null)));
        return Json.list(call.path(), page.data(), page.more());
    }

    private static Optional<Long> exact(Form form) {
        return form.text("created").map(Long::parseLong);
    }

    static int limit(Form form) {
        long limit = form.number("limit").orElse(10L);
        if (limit < 1 || limit > 100) {
            throw Refusal.invalid(
                    "parameter_invalid_integer", "This value must be between 1 and 100: " + limit, "limit");
        }
        return (int) limit;
    }

    static ObjectNode deleted(ObjectNode document) {
        ObjectNode deleted = Json.object();
        deleted.put("id", Json.need(document, "id"));
        deleted.put("object", Json.need(document, "object"));
        deleted.put("deleted", true);
        return deleted;
    }

    /** Pages a list that is kept inside another object. */
    static ObjectNode sublist(String url, List<ObjectNode> all, Form form) {
        int limit = limit(form);
        String after = form.text("starting_after").orElse(null);
        int start = 0;
        for (int i = 0; after != null && i < all.size(); i++) {
            if (Json.is(all.get(i), "id", after)) {
                start = i + 1;
            }
        }
        int end = Math.min(all.size(), start + limit);
        return Json.list(url, all.subList(start, end), end < all.size());
    }

    private static ObjectNode blanks() {
        try (InputStream in = Records.class.getResourceAsStream("/local/stripe-objects.json")) {
            if (in == null) {
                throw new IllegalStateException("local/stripe-objects.json is missing from the class path");
            }
            return Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
