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

import io.souk.kernel.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Where settled calls are written; only ever inside the settlement's own transaction. They are copied in binary into a
 * table of the connection's own, which costs a fraction of what parameters do, and inserted from there, because row-level
 * security allows no copy into a tenant's table.
 */
@Component
public class CallRecords {
    /** Calls that began so long before the latest of their batch are rolled up at once: the rest lies close together. */
    private static final Duration CLOSE = Duration.ofMinutes(15);

    /** An organisation's calls of a batch lie side by side then, and its pages are read with fewer blocks. */
    private static final Comparator<CallRecord> TOGETHER =
            Comparator.comparing((CallRecord call) -> call.tenant().value()).thenComparing(CallRecord::startedAt);

    private static final int BYTES_PER_CALL = 640;
    /** One array of megabytes in each batch would be garbage that the collector looks through the whole heap for. */
    private static final int CALLS_AT_ONCE = 100;

    private static final List<Column> COLUMNS = List.of(
            new Column(
                    "tenant_id", "uuid", (row, call) -> row.uuid(call.tenant().value())),
            new Column("started_at", "timestamptz", (row, call) -> row.time(call.startedAt())),
            new Column("call_id", "uuid", (row, call) -> row.uuid(call.callId())),
            new Column("journal_id", "uuid", (row, call) -> row.uuid(call.journalId())),
            new Column("request_id", "text", (row, call) -> row.text(call.requestId())),
            new Column("key_id", "uuid", (row, call) -> row.uuid(call.keyId())),
            new Column("project_id", "uuid", (row, call) -> row.uuid(call.projectId())),
            new Column("offer_id", "uuid", (row, call) -> row.uuid(call.offerId())),
            new Column("subscription_id", "uuid", (row, call) -> row.uuid(call.subscriptionId())),
            new Column("price_version_id", "uuid", (row, call) -> row.uuid(call.priceVersionId())),
            new Column("backend_id", "uuid", (row, call) -> row.uuid(call.backendId())),
            new Column("model", "text", (row, call) -> row.text(call.model())),
            new Column("operation", "text", (row, call) -> row.text(call.operation())),
            new Column("stream", "bool", (row, call) -> row.flag(call.stream())),
            new Column("status", "int4", (row, call) -> row.integer(call.status())),
            new Column("reason", "text", (row, call) -> row.text(call.reason().label())),
            new Column("source", "text", (row, call) -> row.text(call.source().label())),
            new Column("input", "int8", (row, call) -> row.number(call.counts().get(INPUT))),
            new Column(
                    "cache_read",
                    "int8",
                    (row, call) -> row.number(call.counts().get(CACHE_READ))),
            new Column(
                    "cache_write_5m",
                    "int8",
                    (row, call) -> row.number(call.counts().get(CACHE_WRITE_5M))),
            new Column(
                    "cache_write_1h",
                    "int8",
                    (row, call) -> row.number(call.counts().get(CACHE_WRITE_1H))),
            new Column("output", "int8", (row, call) -> row.number(call.counts().get(OUTPUT))),
            new Column(
                    "reasoning", "int8", (row, call) -> row.number(call.counts().get(REASONING))),
            new Column("audio", "int8", (row, call) -> row.number(call.counts().get(AUDIO))),
            new Column("image", "int8", (row, call) -> row.number(call.counts().get(IMAGE))),
            new Column(
                    "requests", "int8", (row, call) -> row.number(call.counts().get(REQUEST))),
            new Column(
                    "seconds", "int8", (row, call) -> row.number(call.counts().get(SECOND))),
            new Column("currency", "bpchar", (row, call) -> row.text(call.currency())),
            new Column("cost_picos", "int8", (row, call) -> row.number(call.costPicos())),
            new Column("charge_nanos", "int8", (row, call) -> row.number(call.chargeNanos())),
            new Column("held_nanos", "int8", (row, call) -> row.number(call.heldNanos())),
            new Column("absorbed_nanos", "int8", (row, call) -> row.number(call.absorbedNanos())),
            new Column("attempts", "int4", (row, call) -> row.integer(call.attempts())),
            new Column("first_byte_ms", "int4", (row, call) -> row.integer(call.firstByteMs())),
            new Column("total_ms", "int4", (row, call) -> row.integer(call.totalMs())),
            new Column("ended_at", "timestamptz", (row, call) -> row.time(call.endedAt())));

    private static final String NAMES = COLUMNS.stream().map(Column::name).collect(Collectors.joining(", "));

    private static final String ARRIVALS = "create temporary table if not exists arriving_calls ("
            + COLUMNS.stream()
                    .map(column -> column.name() + " " + column.type())
                    .collect(Collectors.joining(", "))
            + ", ledger_transaction_id uuid) on commit delete rows";

    private static final String COPY = "copy pg_temp.arriving_calls from stdin (format binary)";

    private static final String INSERT = "insert into usage.calls (" + NAMES
            + ", ledger_transaction_id, settled_at, batch_id) select " + NAMES
            + ", ledger_transaction_id, ?, case when started_at >= ? then ?::bigint end from pg_temp.arriving_calls";

    private final JdbcClient system;
    private final JdbcTemplate connection;
    private final RollUps rollUps;

    CallRecords(@Qualifier("system") JdbcClient system, @Qualifier("system") DataSource dataSource, RollUps rollUps) {
        this.system = system;
        this.connection = new JdbcTemplate(dataSource);
        this.rollUps = rollUps;
    }

    /**
     * Writes these calls, each at most once however often it is given. Once in a transaction.
     *
     * @param ledgerTransactions which ledger transaction will carry each tenant's charges
     * @return the calls that were not there before: only these may be charged
     */
    @Transactional(transactionManager = "systemTransactionManager", propagation = Propagation.MANDATORY)
    public List<CallRecord> insert(List<CallRecord> calls, Map<TenantId, UUID> ledgerTransactions, Instant settledAt) {
        if (calls.isEmpty()) {
            return List.of();
        }
        Fresh fresh = note(calls);
        copy(calls, ledgerTransactions);
        Set<UUID> inserted = new HashSet<>(system.sql(INSERT + " on conflict do nothing returning call_id")
                .params(Timestamp.from(settledAt), Timestamp.from(fresh.since), fresh.id)
                .query(UUID.class)
                .list());
        // a batch that names a call twice inserts it once, so each id counts once
        List<CallRecord> written =
                calls.stream().filter(call -> inserted.remove(call.callId())).toList();
        rollUpOld(written, fresh);
        return written;
    }

    /**
     * The same for calls of which none was written before, which is cheaper. Once in a transaction.
     *
     * @throws org.springframework.dao.DuplicateKeyException if one was, or is given twice; the transaction is lost then
     */
    @Transactional(transactionManager = "systemTransactionManager", propagation = Propagation.MANDATORY)
    public void insertNew(List<CallRecord> calls, Map<TenantId, UUID> ledgerTransactions, Instant settledAt) {
        if (calls.isEmpty()) {
            return;
        }
        Fresh fresh = note(calls);
        copy(calls, ledgerTransactions);
        system.sql(INSERT)
                .params(Timestamp.from(settledAt), Timestamp.from(fresh.since), fresh.id)
                .update();
        rollUpOld(calls, fresh);
    }

    /** @param since calls that began before it are not left for later */
    private record Fresh(long id, Instant since) {}

    private Fresh note(List<CallRecord> calls) {
        Instant newest = calls.getFirst().startedAt();
        for (CallRecord call : calls) {
            newest = call.startedAt().isAfter(newest) ? call.startedAt() : newest;
        }
        Instant since = newest.minus(CLOSE);
        Instant oldest = newest;
        int left = 0;
        for (CallRecord call : calls) {
            if (!call.startedAt().isBefore(since)) {
                left++;
                oldest = call.startedAt().isBefore(oldest) ? call.startedAt() : oldest;
            }
        }
        return new Fresh(rollUps.later(left, oldest, newest), since);
    }

    private void rollUpOld(List<CallRecord> written, Fresh fresh) {
        List<CallRecord> old = new ArrayList<>();
        for (CallRecord call : written) {
            if (call.startedAt().isBefore(fresh.since)) {
                old.add(call);
            }
        }
        rollUps.now(old);
    }

    private void copy(List<CallRecord> calls, Map<TenantId, UUID> ledgerTransactions) {
        List<CallRecord> sorted = new ArrayList<>(calls);
        sorted.sort(TOGETHER);
        system.sql(ARRIVALS).update();
        connection.execute((ConnectionCallback<Long>) within -> copy(within, sorted, ledgerTransactions));
    }

    private static long copy(Connection within, List<CallRecord> calls, Map<TenantId, UUID> ledgerTransactions)
            throws SQLException {
        CopyRows rows = new CopyRows(Math.min(calls.size(), CALLS_AT_ONCE) * BYTES_PER_CALL);
        CopyIn copy = within.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
        try {
            int waiting = 0;
            for (CallRecord call : calls) {
                if (waiting == CALLS_AT_ONCE) {
                    send(rows, copy);
                    waiting = 0;
                }
                waiting++;
                rows.row(COLUMNS.size() + 1);
                for (Column column : COLUMNS) {
                    column.value().accept(rows, call);
                }
                rows.uuid(ledgerTransactions.get(call.tenant()));
            }
            rows.end();
            send(rows, copy);
            return copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static void send(CopyRows rows, CopyIn copy) throws SQLException {
        copy.writeToCopy(rows.bytes(), 0, rows.size());
        rows.clear();
    }

    private record Column(String name, String type, BiConsumer<CopyRows, CallRecord> value) {}
}
