package io.souk.local.stripe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps the objects in PostgreSQL. Writers come one at a time, within this process by a lock that is taken before a
 * connection is, and across processes by an advisory lock: a stand-in for Stripe has to be right, not fast.
 */
final class Store {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final ReentrantLock writers = new ReentrantLock(true);

    Store(JdbcClient jdbc, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    JdbcClient jdbc() {
        return jdbc;
    }

    /** Does the work as the only writer, in one transaction; refused with Stripe's {@code lock_timeout} after 10 s. */
    <T> T write(Supplier<T> work) {
        try {
            if (!writers.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Refusal.lockTimeout();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.lockTimeout();
        }
        try {
            return transactions.execute(status -> {
                jdbc.sql("select 1 from pg_advisory_xact_lock(742101)")
                        .query(Integer.class)
                        .single();
                return work.get();
            });
        } finally {
            writers.unlock();
        }
    }

    void save(ObjectNode document) {
        String due = Json.text(document, "_due");
        jdbc.sql("""
            insert into local_stripe.objects (id, type, created, test_clock, due_at, body)
            values (:id, :type, :created, :clock, :due, :body::jsonb)
            on conflict (id) do update
               set body = excluded.body, due_at = excluded.due_at, test_clock = excluded.test_clock\
            """)
                .param("id", Json.need(document, "id"))
                .param("type", Json.need(document, "object"))
                .param("created", Json.number(document, "created"))
                .param("clock", Json.text(document, "test_clock"))
                .param("due", due == null ? null : Long.valueOf(due), java.sql.Types.BIGINT)
                .param("body", Json.write(document))
                .update();
    }

    void delete(String id) {
        jdbc.sql("delete from local_stripe.objects where id = :id")
                .param("id", id)
                .update();
    }

    Optional<ObjectNode> find(String id) {
        return jdbc.sql("select body from local_stripe.objects where id = :id")
                .param("id", id)
                .query(Json::row)
                .optional();
    }

    Optional<ObjectNode> find(String type, String id) {
        return find(id).filter(document -> Json.is(document, "object", type));
    }

    /** All of a type whose fields have these texts, oldest first. */
    List<ObjectNode> all(String type, Map<String, String> equal) {
        Page page = page(new Query(type, equal, null, null, 10_000, null, null));
        List<ObjectNode> oldestFirst = new ArrayList<>(page.data());
        java.util.Collections.reverse(oldestFirst);
        return oldestFirst;
    }

    /** What to list: newest first, {@code equal} fields must have these texts, {@code from} inclusive, {@code to} exclusive. */
    record Query(
            String type,
            Map<String, String> equal,
            @Nullable Long from,
            @Nullable Long to,
            int limit,
            @Nullable String startingAfter,
            @Nullable String endingBefore) {}

    record Page(List<ObjectNode> data, boolean more) {}

    Page page(Query query) {
        StringBuilder sql = new StringBuilder("select body from local_stripe.objects where type = :type");
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("type", query.type());
        int index = 0;
        for (Map.Entry<String, String> each : query.equal().entrySet()) {
            sql.append(" and body #>> string_to_array(:k")
                    .append(index)
                    .append(", '.') = :v")
                    .append(index);
            values.put("k" + index, each.getKey());
            values.put("v" + index, each.getValue());
            index++;
        }
        bound(sql, values, "created >= :from", "from", query.from());
        bound(sql, values, "created < :to", "to", query.to());
        String cursor = " (select c.seq from local_stripe.objects c where c.id = :cursor)";
        boolean backwards = query.endingBefore() != null;
        if (query.startingAfter() != null) {
            bound(sql, values, "seq <" + cursor, "cursor", query.startingAfter());
        } else if (backwards) {
            bound(sql, values, "seq >" + cursor, "cursor", query.endingBefore());
        }
        sql.append(backwards ? " order by seq" : " order by seq desc").append(" limit :limit");
        values.put("limit", query.limit() + 1);
        List<ObjectNode> found =
                new ArrayList<>(jdbc.sql(sql.toString()).params(values).query(Json::row).list().stream()
                        .toList());
        boolean more = found.size() > query.limit();
        if (more) {
            found.removeLast();
        }
        if (backwards) {
            java.util.Collections.reverse(found);
        }
        return new Page(found, more);
    }

    private static void bound(
            StringBuilder sql, Map<String, Object> values, String condition, String name, @Nullable Object value) {
        if (value != null) {
            sql.append(" and ").append(condition);
            values.put(name, value);
        }
    }

    /** The object that is due first, if that is no later than {@code at}. */
    Optional<ObjectNode> firstDue(@Nullable String testClock, long at) {
        return jdbc.sql("""
            select body from local_stripe.objects
             where due_at <= :at and test_clock is not distinct from :clock
             order by due_at, seq limit 1\
            """)
                .param("at", at)
                .param("clock", testClock, java.sql.Types.VARCHAR)
                .query(Json::row)
                .optional();
    }

    Optional<String> setting(String name) {
        return jdbc.sql("select value from local_stripe.settings where name = :name")
                .param("name", name)
                .query(String.class)
                .optional();
    }

    void setting(String name, String value) {
        jdbc.sql("""
            insert into local_stripe.settings (name, value) values (:name, :value)
            on conflict (name) do update set value = excluded.value\
            """).param("name", name).param("value", value).update();
    }

    record Remembered(String fingerprint, int status, String body) {}

    Optional<Remembered> remembered(String key, long notBefore) {
        return jdbc.sql("""
            select fingerprint, status, body from local_stripe.idempotency_keys
             where key = :key and used_at >= :since\
            """)
                .param("key", key)
                .param("since", notBefore)
                .query((row, n) -> new Remembered(row.getString(1), row.getInt(2), row.getString(3)))
                .optional();
    }

    void remember(String key, Remembered answer, long at) {
        jdbc.sql("""
            insert into local_stripe.idempotency_keys (key, fingerprint, status, body, used_at)
            values (:key, :fingerprint, :status, :body, :at)
            on conflict (key) do update
               set fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body,
                   used_at = excluded.used_at\
            """)
                .param("key", key)
                .param("fingerprint", answer.fingerprint())
                .param("status", answer.status())
                .param("body", answer.body())
                .param("at", at)
                .update();
    }

    /** Forgets everything but the settings. */
    void clear() {
        for (String table : List.of("objects", "meter_events", "deliveries", "idempotency_keys")) {
            jdbc.sql("delete from local_stripe." + table).update();
        }
    }
}
