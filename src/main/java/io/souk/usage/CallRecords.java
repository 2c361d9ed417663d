package io.souk.usage;

import static io.souk.kernel.TokenClass.AUDIO;
import static io.souk.kernel.TokenClass.CACHE_READ;
import static io.souk.kernel.TokenClass.CACHE_WRITE_1H;
import static io.souk.kernel.TokenClass.CACHE_WRITE_5M;
import static io.souk.kernel.TokenClass.IMAGE;
import static io.souk.kernel.TokenClass.INPUT;
import static io.souk.kernel.TokenClass.OUTPUT;
import static io.souk.kernel.TokenClass.REASONING;
import static io.souk.kernel.TokenClass.REQUEST;
import static io.souk.kernel.TokenClass.SECOND;

import io.souk.kernel.CallReason;
import io.souk.kernel.TenantId;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Where settled calls and their roll-ups are written; only ever inside the settlement's own transaction. */
@Component
public class CallRecords {
    private static final List<Column> COLUMNS = List.of(
            new Column("tenant_id", "uuid", call -> call.tenant().value()),
            new Column("started_at", "timestamptz", CallRecord::startedAt),
            new Column("call_id", "uuid", CallRecord::callId),
            new Column("journal_id", "uuid", CallRecord::journalId),
            new Column("request_id", "text", CallRecord::requestId),
            new Column("key_id", "uuid", CallRecord::keyId),
            new Column("project_id", "uuid", CallRecord::projectId),
            new Column("offer_id", "uuid", CallRecord::offerId),
            new Column("subscription_id", "uuid", CallRecord::subscriptionId),
            new Column("price_version_id", "uuid", CallRecord::priceVersionId),
            new Column("backend_id", "uuid", CallRecord::backendId),
            new Column("model", "text", CallRecord::model),
            new Column("operation", "text", CallRecord::operation),
            new Column("stream", "bool", CallRecord::stream),
            new Column("status", "int4", CallRecord::status),
            new Column("reason", "text", call -> call.reason().label()),
            new Column("source", "text", call -> call.source().label()),
            new Column("input", "int8", call -> call.counts().get(INPUT)),
            new Column("cache_read", "int8", call -> call.counts().get(CACHE_READ)),
            new Column("cache_write_5m", "int8", call -> call.counts().get(CACHE_WRITE_5M)),
            new Column("cache_write_1h", "int8", call -> call.counts().get(CACHE_WRITE_1H)),
            new Column("output", "int8", call -> call.counts().get(OUTPUT)),
            new Column("reasoning", "int8", call -> call.counts().get(REASONING)),
            new Column("audio", "int8", call -> call.counts().get(AUDIO)),
            new Column("image", "int8", call -> call.counts().get(IMAGE)),
            new Column("requests", "int8", call -> call.counts().get(REQUEST)),
            new Column("seconds", "int8", call -> call.counts().get(SECOND)),
            new Column("currency", "bpchar", CallRecord::currency),
            new Column("cost_picos", "int8", CallRecord::costPicos),
            new Column("charge_nanos", "int8", CallRecord::chargeNanos),
            new Column("held_nanos", "int8", CallRecord::heldNanos),
            new Column("absorbed_nanos", "int8", CallRecord::absorbedNanos),
            new Column("attempts", "int4", CallRecord::attempts),
            new Column("first_byte_ms", "int4", CallRecord::firstByteMs),
            new Column("total_ms", "int4", CallRecord::totalMs),
            new Column("ended_at", "timestamptz", CallRecord::endedAt));

    private static final String NAMES = COLUMNS.stream().map(Column::name).collect(Collectors.joining(", "));

    private static final String INSERT = "insert into usage.calls (" + NAMES
            + ", ledger_transaction_id, settled_at) select " + NAMES + ", l, ? from unnest("
            + COLUMNS.stream().map(column -> "?::" + column.type() + "[]").collect(Collectors.joining(", "))
            + ", ?::uuid[]) as given(" + NAMES + ", l) on conflict do nothing returning call_id";

    private static final String ROLL_UP = """
        insert into usage.rollups (tenant_id, grain, bucket, offer_id, key_id, project_id, currency,
                                   calls, failed, input, output, other, charge_nanos)
        select * from unnest(?::uuid[], ?::text[], ?::timestamptz[], ?::uuid[], ?::uuid[], ?::uuid[], ?::bpchar[],
                             ?::int8[], ?::int8[], ?::int8[], ?::int8[], ?::int8[], ?::int8[])
        on conflict (tenant_id, grain, bucket, offer_id, key_id, project_id, currency) do update set
            calls = rollups.calls + excluded.calls,
            failed = rollups.failed + excluded.failed,
            input = rollups.input + excluded.input,
            output = rollups.output + excluded.output,
            other = rollups.other + excluded.other,
            charge_nanos = rollups.charge_nanos + excluded.charge_nanos\
        """;

    private final JdbcClient system;

    CallRecords(@Qualifier("system") JdbcClient system) {
        this.system = system;
    }

    /**
     * Writes these calls, each at most once however often it is given.
     *
     * @param ledgerTransactions which ledger transaction will carry each tenant's charges
     * @return the calls that were not there before: only these may be charged
     */
    @Transactional(transactionManager = "systemTransactionManager", propagation = Propagation.MANDATORY)
    public List<CallRecord> insert(List<CallRecord> calls, Map<TenantId, UUID> ledgerTransactions, Instant settledAt) {
        if (calls.isEmpty()) {
            return List.of();
        }
        JdbcClient.StatementSpec insert = system.sql(INSERT).param(Timestamp.from(settledAt));
        for (Column column : COLUMNS) {
            insert = insert.param(array(column.type(), calls, column.value()));
        }
        Set<UUID> inserted = new HashSet<>(insert.param(calls.stream()
                        .map(call -> ledgerTransactions.get(call.tenant()))
                        .toArray(UUID[]::new))
                .query(UUID.class)
                .list());
        // a batch that names a call twice inserts it once, so each id counts once
        return calls.stream().filter(call -> inserted.remove(call.callId())).toList();
    }

    /** Adds these calls, which {@link #insert} gave back, to the roll-ups by minute, hour and day (UTC). */
    @Transactional(transactionManager = "systemTransactionManager", propagation = Propagation.MANDATORY)
    public void rollUp(List<CallRecord> calls) {
        Map<Bucket, Sums> sums = new TreeMap<>(Bucket.ORDER);
        for (CallRecord call : calls) {
            for (Grain grain : Grain.values()) {
                sums.computeIfAbsent(Bucket.of(call, grain), bucket -> new Sums())
                        .add(call);
            }
        }
        if (sums.isEmpty()) {
            return;
        }
        List<Bucket> buckets = new ArrayList<>(sums.keySet());
        List<Sums> values = new ArrayList<>(sums.values());
        system.sql(ROLL_UP)
                .param(array("uuid", buckets, bucket -> bucket.tenant))
                .param(array("text", buckets, bucket -> bucket.grain.name().toLowerCase(java.util.Locale.ROOT)))
                .param(array("timestamptz", buckets, bucket -> bucket.start))
                .param(array("uuid", buckets, bucket -> bucket.offer))
                .param(array("uuid", buckets, bucket -> bucket.key))
                .param(array("uuid", buckets, bucket -> bucket.project))
                .param(array("bpchar", buckets, bucket -> bucket.currency))
                .param(array("int8", values, sum -> sum.calls))
                .param(array("int8", values, sum -> sum.failed))
                .param(array("int8", values, sum -> sum.input))
                .param(array("int8", values, sum -> sum.output))
                .param(array("int8", values, sum -> sum.other))
                .param(array("int8", values, sum -> sum.charge))
                .update();
    }

    /** An SQL array; the elements' own text is what PostgreSQL reads, ISO 8601 for times. */
    private static <T> SqlArrayValue array(String type, List<T> from, Function<T, @Nullable Object> value) {
        return new SqlArrayValue(type, from.stream().map(value).toArray());
    }

    private record Column(String name, String type, Function<CallRecord, @Nullable Object> value) {}

    private enum Grain {
        MINUTE(ChronoUnit.MINUTES),
        HOUR(ChronoUnit.HOURS),
        DAY(ChronoUnit.DAYS);

        private final ChronoUnit unit;

        Grain(ChronoUnit unit) {
            this.unit = unit;
        }
    }

    private record Bucket(
            UUID tenant, Grain grain, Instant start, UUID offer, UUID key, UUID project, String currency) {
        /** Always the same order, so that two settlements never wait for each other in a circle. */
        static final Comparator<Bucket> ORDER = Comparator.comparing(Bucket::tenant)
                .thenComparing(Bucket::grain)
                .thenComparing(Bucket::start)
                .thenComparing(Bucket::offer)
                .thenComparing(Bucket::key)
                .thenComparing(Bucket::project)
                .thenComparing(Bucket::currency);

        static Bucket of(CallRecord call, Grain grain) {
            return new Bucket(
                    call.tenant().value(),
                    grain,
                    call.startedAt().truncatedTo(grain.unit),
                    call.offerId(),
                    call.keyId(),
                    call.projectId(),
                    call.currency());
        }
    }

    private static final class Sums {
        private long calls;
        private long failed;
        private long input;
        private long output;
        private long other;
        private long charge;

        void add(CallRecord call) {
            calls++;
            failed += call.reason() == CallReason.COMPLETED ? 0 : 1;
            input += call.counts().get(INPUT)
                    + call.counts().get(CACHE_READ)
                    + call.counts().get(CACHE_WRITE_5M)
                    + call.counts().get(CACHE_WRITE_1H);
            output += call.counts().get(OUTPUT) + call.counts().get(REASONING);
            other += call.counts().get(AUDIO) + call.counts().get(IMAGE);
            charge = Math.addExact(charge, call.chargeNanos());
        }
    }
}
