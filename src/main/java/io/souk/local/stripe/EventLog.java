package io.souk.local.stripe;

import com.stripe.param.EventListParams;
import com.stripe.param.EventRetrieveParams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ObjectNode;

/** Everything that happened, and who has yet to be told. */
final class EventLog {
    static final String TYPE = "event";

    private final Records records;

    EventLog(Records records) {
        this.records = records;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/events", EventListParams.class, this::list),
                Route.get(
                        "/v1/events/{}",
                        EventRetrieveParams.class,
                        call -> pending(
                                records.get(TYPE, call.id()), records.store().jdbc())));
    }

    private ObjectNode list(Call call) {
        Form form = call.form();
        int limit = Records.limit(form);
        List<String> types = new ArrayList<>(form.texts("types"));
        form.text("type").ifPresent(types::add);
        StringBuilder sql = new StringBuilder("select body from local_stripe.objects o where type = 'event'");
        Map<String, Object> values = new HashMap<>();
        if (!types.isEmpty()) {
            sql.append(" and body ->> 'type' similar to :types");
            values.put("types", pattern(types));
        }
        if (form.has("delivery_success")) {
            sql.append(form.flag("delivery_success") ? " and not exists" : " and exists");
            sql.append(" (select from local_stripe.deliveries d where d.event = o.id and d.delivered_at is null)");
        }
        number(form, "created.gte", sql, values, "created >= ");
        number(form, "created.gt", sql, values, "created > ");
        number(form, "created.lte", sql, values, "created <= ");
        number(form, "created.lt", sql, values, "created < ");
        boolean backwards = form.text("ending_before").isPresent();
        form.text("starting_after").or(() -> form.text("ending_before")).ifPresent(cursor -> {
            sql.append(backwards ? " and seq > " : " and seq < ");
            sql.append("(select c.seq from local_stripe.objects c where c.id = :cursor)");
            values.put("cursor", cursor);
        });
        sql.append(backwards ? " order by seq" : " order by seq desc").append(" limit :limit");
        values.put("limit", limit + 1);
        JdbcClient jdbc = records.store().jdbc();
        List<ObjectNode> found =
                new ArrayList<>(jdbc.sql(sql.toString()).params(values).query(Json::row).list().stream()
                        .map(event -> pending(event, jdbc))
                        .toList());
        boolean more = found.size() > limit;
        if (more) {
            found.removeLast();
        }
        return Json.list(call.path(), backwards ? found.reversed() : found, more);
    }

    private static void number(
            Form form, String path, StringBuilder sql, Map<String, Object> values, String condition) {
        form.number(path).ifPresent(value -> {
            String name = "n" + values.size();
            sql.append(" and ").append(condition).append(':').append(name);
            values.put(name, value);
        });
    }

    private static String pattern(List<String> types) {
        List<String> safe = types.stream()
                .map(type ->
                        type.replaceAll("[^a-z0-9_.*]", "").replace("_", "\\_").replace("*", "%"))
                .toList();
        return String.join("|", safe);
    }

    /** With the number of endpoints that have not answered 2xx yet. */
    static ObjectNode pending(ObjectNode event, JdbcClient jdbc) {
        event.put(
                "pending_webhooks",
                jdbc.sql("select count(*) from local_stripe.deliveries where event = :event and delivered_at is null")
                        .param("event", Json.need(event, "id"))
                        .query(Integer.class)
                        .single());
        return event;
    }
}
