package io.souk.local.stripe;

import com.stripe.param.billing.MeterCreateParams;
import com.stripe.param.billing.MeterDeactivateParams;
import com.stripe.param.billing.MeterEventSummaryListParams;
import com.stripe.param.billing.MeterListParams;
import com.stripe.param.billing.MeterReactivateParams;
import com.stripe.param.billing.MeterRetrieveParams;
import com.stripe.param.billing.MeterUpdateParams;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What usage is counted by. */
final class Meters {
    static final String TYPE = "billing.meter";

    private static final long MINUTE = 60;

    private final Records records;
    private final MeterEvents events;

    Meters(Records records, MeterEvents events) {
        this.records = records;
        this.events = events;
    }

    List<Route> routes() {
        return List.of(
                Route.post("/v1/billing/meters", MeterCreateParams.class, this::create),
                Route.get("/v1/billing/meters", MeterListParams.class, call -> records.list(TYPE, call, "status")),
                Route.get("/v1/billing/meters/{}", MeterRetrieveParams.class, call -> records.get(TYPE, call.id())),
                Route.post("/v1/billing/meters/{}", MeterUpdateParams.class, this::update),
                Route.post(
                        "/v1/billing/meters/{}/deactivate",
                        MeterDeactivateParams.class,
                        call -> setStatus(call, "inactive", records.time().now())),
                Route.post(
                        "/v1/billing/meters/{}/reactivate",
                        MeterReactivateParams.class,
                        call -> setStatus(call, "active", null)),
                Route.get("/v1/billing/meters/{}/event_summaries", MeterEventSummaryListParams.class, this::summaries));
    }

    private ObjectNode create(Call call) {
        Form form = call.form();
        String eventName = form.need("event_name");
        String formula = form.need("default_aggregation.formula");
        if (active(records, eventName).isPresent()) {
            throw Refusal.invalid(
                    "resource_already_exists",
                    "An active meter for the event name '" + eventName + "' already exists.",
                    "event_name");
        }
        ObjectNode meter = records.blank(TYPE);
        meter.put("display_name", form.need("display_name"));
        meter.put("event_name", eventName);
        meter.put("updated", records.time().now());
        meter.putObject("default_aggregation").put("formula", formula);
        form.copy(meter, "event_time_window");
        form.text("customer_mapping.event_payload_key")
                .ifPresent(key -> ((ObjectNode) meter.path("customer_mapping")).put("event_payload_key", key));
        form.text("value_settings.event_payload_key")
                .ifPresent(key -> ((ObjectNode) meter.path("value_settings")).put("event_payload_key", key));
        records.saveAndTell(meter, "billing.meter.created");
        return meter;
    }

    static Optional<ObjectNode> active(Records records, String eventName) {
        return records.store().all(TYPE, Map.of("event_name", eventName, "status", "active")).stream()
                .findFirst();
    }

    private ObjectNode update(Call call) {
        ObjectNode meter = records.get(TYPE, call.id());
        ObjectNode before = meter.deepCopy();
        call.form().copy(meter, "display_name");
        meter.put("updated", records.time().now());
        records.update(meter, before, "billing.meter.updated");
        return meter;
    }

    private ObjectNode setStatus(Call call, String status, @org.jspecify.annotations.Nullable Long deactivatedAt) {
        ObjectNode meter = records.get(TYPE, call.id());
        if (status.equals("active")
                && !Json.is(meter, "status", "active")
                && active(records, Json.need(meter, "event_name")).isPresent()) {
            throw Refusal.invalid(null, "Another active meter has this event name.", null);
        }
        meter.put("status", status);
        meter.put("updated", records.time().now());
        meter.putObject("status_transitions").put("deactivated_at", deactivatedAt);
        records.saveAndTell(meter, "billing.meter." + (status.equals("active") ? "reactivated" : "deactivated"));
        return meter;
    }

    private ObjectNode summaries(Call call) {
        ObjectNode meter = records.get(TYPE, call.id());
        Form form = call.form();
        String customer = form.need("customer");
        records.named(Customers.TYPE, customer, "customer");
        long start = minute(form, "start_time");
        long end = minute(form, "end_time");
        if (end <= start) {
            throw Refusal.invalid(null, "`end_time` must be after `start_time`.", "end_time");
        }
        long window = form.text("value_grouping_window")
                .map(name -> name.equals("hour") ? 3_600L : 86_400L)
                .orElse(end - start);
        List<ObjectNode> all = new ArrayList<>();
        for (MeterEvents.Sum sum : events.windows(meter, customer, start, end, window)) {
            ObjectNode summary = records.blank("billing.meter_event_summary");
            summary.put("id", "mtrusg_" + call.id() + "_" + sum.start());
            summary.put("aggregated_value", sum.value());
            summary.put("start_time", sum.start());
            summary.put("end_time", sum.end());
            summary.put("meter", call.id());
            all.add(summary);
        }
        return Records.sublist(call.path(), all.reversed(), form);
    }

    private static long minute(Form form, String name) {
        long seconds = form.number(name).orElseThrow(() -> Refusal.parameterMissing(name));
        if (seconds % MINUTE != 0) {
            throw Refusal.invalid(null, "`" + name + "` must be aligned with minute boundaries.", name);
        }
        return seconds;
    }
}
