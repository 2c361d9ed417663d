package io.souk.local.stripe;

import com.stripe.param.billing.MeterEventCreateParams;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** Usage that was reported, and its sums. */
final class MeterEvents {
    private static final long OLDEST = 35 * 86_400L;
    private static final long NEWEST = 5 * 60L;
    private static final long REMEMBERED = 86_400;
    private static final String PATH = "/v1/billing/meter_events";

    private final Records records;

    MeterEvents(Records records) {
        this.records = records;
    }

    List<Route> routes() {
        return List.of(Route.post(PATH, MeterEventCreateParams.class, this::create));
    }

    /** What no two calls may touch at once: Stripe takes one event at a time for a customer and meter. */
    static Optional<String> exclusive(Call call) {
        if (!call.path().equals(PATH)) {
            return Optional.empty();
        }
        return Optional.of(call.form().text("event_name").orElse("") + " "
                + call.form().text("payload.stripe_customer_id").orElse(""));
    }

    private ObjectNode create(Call call) {
        Form form = call.form();
        String eventName = form.need("event_name");
        ObjectNode meter = Meters.active(records, eventName)
                .orElseThrow(() -> Refusal.invalid(
                        "resource_missing", "No active meter found for event name '" + eventName + "'.", "event_name"));
        String customer = payload(form, Json.need(meter, "customer_mapping.event_payload_key"));
        BigDecimal value = value(payload(form, Json.need(meter, "value_settings.event_payload_key")));
        ObjectNode owner = records.named(Customers.TYPE, customer, "payload[stripe_customer_id]");
        if (Json.flag(owner, "_deleted")) {
            throw Refusal.noSuch(Customers.TYPE, customer, "payload[stripe_customer_id]");
        }
        long now = records.time().now();
        long timestamp = form.number("timestamp").orElse(now);
        if (timestamp < now - OLDEST) {
            throw Refusal.invalid(
                    "timestamp_too_far_in_past",
                    "The timestamp must be within the past 35 calendar days.",
                    "timestamp");
        }
        if (timestamp > now + NEWEST) {
            throw Refusal.invalid(
                    "timestamp_in_future", "The timestamp must not be more than 5 minutes in the future.", "timestamp");
        }
        String identifier = form.text("identifier").orElse(UUID.randomUUID().toString());
        keep(meter, customer, identifier, timestamp, now, value);
        ObjectNode event = Json.object();
        event.put("object", "billing.meter_event");
        event.put("created", now);
        event.put("event_name", eventName);
        event.put("identifier", identifier);
        event.put("livemode", false);
        event.set("payload", form.tree().path("payload"));
        event.put("timestamp", timestamp);
        return event;
    }

    private static String payload(Form form, String key) {
        String text = form.tree().path("payload").path(key).asString("");
        if (text.isEmpty()) {
            throw Refusal.invalid(
                    "parameter_missing", "The payload lacks the key '" + key + "'.", "payload[" + key + "]");
        }
        return text;
    }

    private static BigDecimal value(String text) {
        if (!text.matches("-?[0-9]{1,40}")) {
            throw Refusal.invalid(
                    "meter_event_invalid_value",
                    "The meter event's value must be a whole number, in plain digits: " + text,
                    "payload[value]");
        }
        BigDecimal value = new BigDecimal(text);
        if (value.signum() != 0 && value.stripTrailingZeros().precision() > 15
                || value.abs().toPlainString().length() > 15) {
            throw Refusal.invalid(
                    "meter_event_value_too_many_digits",
                    "The meter event's value may have at most 15 digits.",
                    "payload[value]");
        }
        return value;
    }

    private void keep(
            ObjectNode meter, String customer, String identifier, long timestamp, long now, BigDecimal value) {
        if (identifier.length() > 100) {
            throw Refusal.invalid(null, "The identifier may have up to 100 characters.", "identifier");
        }
        boolean repeated = records.store()
                .jdbc()
                .sql("""
                    select exists (select from local_stripe.meter_events
                                    where identifier = :identifier and received_at > :since)\
                    """)
                .param("identifier", identifier)
                .param("since", now - REMEMBERED)
                .query(Boolean.class)
                .single();
        if (repeated) {
            throw Refusal.invalid(
                    "duplicate_meter_event",
                    "An event already exists with identifier " + identifier + ".",
                    "identifier");
        }
        records.store()
                .jdbc()
                .sql("""
                    insert into local_stripe.meter_events
                           (identifier, meter, customer, happened_at, received_at, value)
                    values (:identifier, :meter, :customer, :happened, :received, :value)\
                    """)
                .param("identifier", identifier)
                .param("meter", Json.need(meter, "id"))
                .param("customer", customer)
                .param("happened", timestamp)
                .param("received", now)
                .param("value", value)
                .update();
    }

    /** Usage from {@code start} to {@code end}, exclusive, in seconds since 1970. */
    record Sum(long start, long end, BigDecimal value) {}

    /** The aggregate of a period by the meter's formula; 0 where nothing was reported. */
    BigDecimal aggregate(ObjectNode meter, String customer, long start, long end) {
        return windows(meter, customer, start, end, Math.max(1, end - start)).stream()
                .map(Sum::value)
                .findFirst()
                .orElse(BigDecimal.ZERO);
    }

    /** The aggregates of the windows in which something was reported, oldest first. */
    List<Sum> windows(ObjectNode meter, String customer, long start, long end, long window) {
        String formula = switch (Json.need(meter, "default_aggregation.formula")) {
            case "count" -> "count(*)::numeric";
            case "last" -> "(array_agg(value order by happened_at desc, seq desc))[1]";
            default -> "sum(value)";
        };
        return records.store()
                .jdbc()
                .sql("""
                    select (happened_at - :start) / :window as slot, %s
                      from local_stripe.meter_events
                     where meter = :meter and customer = :customer and happened_at >= :start and happened_at < :end
                     group by 1 order by 1\
                    """.formatted(formula))
                .param("start", start)
                .param("end", end)
                .param("window", window)
                .param("meter", Json.need(meter, "id"))
                .param("customer", customer)
                .query((row, n) -> {
                    long from = start + row.getLong(1) * window;
                    return new Sum(from, Math.min(end, from + window), row.getBigDecimal(2));
                })
                .list();
    }
}
