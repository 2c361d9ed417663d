package io.souk.local.stripe;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What the local Stripe holds, for an admin's eye. */
public final class Dashboard {
    private static final int ROWS = 50;

    private final Records records;

    Dashboard(Records records) {
        this.records = records;
    }

    /** One object; {@code what} is its status and amount in words. */
    public record Row(String id, String type, Instant created, String what) {}

    /** One webhook to one endpoint; {@code next} is when it will be tried again. */
    public record Delivery(
            String event, String type, String url, int attempts, String outcome, Optional<Instant> next) {}

    /** The local Stripe's time. */
    public Instant now() {
        return records.time().instant();
    }

    /** The newest objects, at most 50. */
    public List<Row> objects() {
        return rows("type not in ('event', 'balance_transaction')");
    }

    /** The newest events, at most 50. */
    public List<Row> events() {
        return rows("type = 'event'");
    }

    private List<Row> rows(String condition) {
        return records
                .store()
                .jdbc()
                .sql("select body from local_stripe.objects where " + condition + " order by seq desc limit :rows")
                .param("rows", ROWS)
                .query(Json::row)
                .list()
                .stream()
                .map(Dashboard::row)
                .toList();
    }

    private static Row row(ObjectNode object) {
        return new Row(
                Json.need(object, "id"),
                Json.need(object, "object"),
                Instant.ofEpochSecond(Json.number(object, "created")),
                what(object));
    }

    private static String what(ObjectNode object) {
        String status = Json.find(object, "status")
                .or(() -> Json.find(object, "type").filter(t -> Json.is(object, "object", "event")))
                .or(() -> Json.find(object, "email"))
                .or(() -> Json.find(object, "name"))
                .orElse("");
        Optional<String> amount = Json.find(object, "amount")
                .or(() -> Json.find(object, "amount_total"))
                .or(() -> Json.find(object, "total"));
        Optional<String> currency = Json.find(object, "currency");
        if (amount.isEmpty() || currency.isEmpty()) {
            return status;
        }
        String money = currency.get().toUpperCase(Locale.ROOT) + " "
                + BigDecimal.valueOf(Long.parseLong(amount.get()), 2).toPlainString();
        return status.isEmpty() ? money : status + ", " + money;
    }

    /** The newest deliveries, at most 50. */
    public List<Delivery> deliveries() {
        return records.store()
                .jdbc()
                .sql("""
                    select d.event, e.body ->> 'type', coalesce(w.body ->> 'url', d.endpoint), d.attempts,
                           coalesce(d.last_outcome, 'not tried yet'), d.next_attempt_at
                      from local_stripe.deliveries d
                      left join local_stripe.objects e on e.id = d.event
                      left join local_stripe.objects w on w.id = d.endpoint
                     order by d.seq desc limit :rows\
                    """)
                .param("rows", ROWS)
                .query((row, n) -> new Delivery(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getInt(4),
                        row.getString(5),
                        Optional.ofNullable(row.getObject(6, Long.class)).map(Instant::ofEpochMilli)))
                .list();
    }
}
