package io.souk.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import io.souk.kernel.Ids;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.kernel.TokenClass;
import io.souk.kernel.TokenCounts;
import io.souk.support.SoukTest;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@SoukTest
class CallRecordsTests {
    private static final Instant SETTLED = Instant.now().truncatedTo(ChronoUnit.MICROS);

    @Autowired
    private CallRecords records;

    @Autowired
    private UsageReports reports;

    @Autowired
    private RollUps rollUps;

    @Autowired
    @Qualifier("system")
    private TransactionTemplate transactions;

    @Autowired
    @Qualifier("system")
    private JdbcClient system;

    private final TenantId tenant = new TenantId(Ids.next());
    private final UUID transaction = Ids.next();

    @Test
    void keepsEveryFieldOfACallAsItWas() {
        CallRecord full = call(Ids.next(), 77, "modèle-模型-🙂");
        CallRecord sparse = call(null, null, "");

        transactions.executeWithoutResult(_ -> records.insertNew(List.of(full, sparse), links(), SETTLED));

        assertThat(kept(full)).isEqualTo(expected(full));
        assertThat(kept(sparse)).isEqualTo(expected(sparse));
        assertThat(system.sql("select journal_id, subscription_id, ledger_transaction_id from usage.calls where"
                                + " call_id = ?")
                        .param(full.callId())
                        .query((row, _) -> List.of(
                                row.getObject(1, UUID.class),
                                row.getObject(2, UUID.class),
                                row.getObject(3, UUID.class)))
                        .single())
                .containsExactly(full.journalId(), full.subscriptionId(), transaction);
    }

    @Test
    void writesManyCallsAndInTheNextTransactionOnlyItsOwn() {
        transactions.executeWithoutResult(_ -> records.insertNew(calls(3_000), links(), SETTLED));
        transactions.executeWithoutResult(_ -> records.insertNew(calls(5), links(), SETTLED));

        assertThat(count()).isEqualTo(3_005);
    }

    @Test
    void refusesWhatIsThereAndGivesBackWhatIsNot() {
        List<CallRecord> before = calls(2);
        transactions.executeWithoutResult(_ -> records.insertNew(before, links(), SETTLED));
        List<CallRecord> again = new ArrayList<>(calls(2));
        again.add(1, before.getFirst());
        again.add(again.getFirst());

        assertThatThrownBy(() -> transactions.executeWithoutResult(_ -> records.insertNew(again, links(), SETTLED)))
                .isInstanceOf(DuplicateKeyException.class);
        assertThat(count()).isEqualTo(2);
        List<CallRecord> written = transactions.execute(_ -> records.insert(again, links(), SETTLED));
        assertThat(written).containsExactly(again.get(0), again.get(2));
        assertThat(count()).isEqualTo(4);
    }

    @Test
    void listsTheCallsOfAKeyPageByPageAcrossDaysWhetherRolledUpOrNot() {
        UUID key = Ids.next();
        UUID other = Ids.next();
        Instant noon = SETTLED.truncatedTo(ChronoUnit.DAYS).minus(Duration.ofHours(12));
        List<CallRecord> ours = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Instant at = noon.minus(Duration.ofHours(7L * i));
            // on one day there are none of the key, and two calls of one moment stand on either side of a page
            ours.add(callOf(i >= 10 && i < 17 ? other : i % 3 == 0 ? other : key, at, i % 2 == 0 ? "EUR" : "USD"));
            ours.add(callOf(key, noon, "EUR"));
        }
        transactions.executeWithoutResult(_ -> records.insertNew(ours.subList(0, 41), links(), SETTLED));
        rollUps.catchUp();
        transactions.executeWithoutResult(_ -> records.insertNew(ours.subList(41, 80), links(), SETTLED));
        LocalDate today = LocalDate.ofInstant(SETTLED, ZoneOffset.UTC);
        UsageQuery query = new UsageQuery(today.minusDays(8), today, null, key, null, null);

        List<UUID> listed = new ArrayList<>();
        String cursor = "";
        do {
            String from = cursor;
            UsageReports.Page page = Tenant.get(tenant, () -> reports.calls(query, from, 7));
            assertThat(page.calls()).hasSizeBetween(1, 7);
            page.calls().forEach(call -> listed.add(call.id()));
            cursor = page.next().orElse("");
        } while (!cursor.isEmpty());

        assertThat(listed)
                .containsExactlyElementsOf(ours.stream()
                        .filter(call ->
                                call.keyId().equals(key) && !call.startedAt().isBefore(query.start()))
                        .sorted(Comparator.comparing(CallRecord::startedAt)
                                .thenComparing(call -> call.callId().toString())
                                .reversed())
                        .map(CallRecord::callId)
                        .toList());
    }

    @Test
    void countsACallWhoseClockIsFinerThanTheDatabases() {
        Instant fine = SETTLED.minusMillis(5).plusNanos(999);
        CallRecord call = callOf(Ids.next(), fine, "EUR");
        transactions.executeWithoutResult(_ -> records.insertNew(List.of(call), links(), SETTLED));
        rollUps.catchUp();

        assertThat(call.startedAt()).isEqualTo(SETTLED.minusMillis(5));
        assertThat(kept(call)).isEqualTo(expected(call));
        assertThat(system.sql("select sum(calls) from usage.rollups where tenant_id = ?")
                        .param(tenant.value())
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }

    private Map<TenantId, UUID> links() {
        return Map.of(tenant, transaction);
    }

    private long count() {
        return system.sql("select count(*) from usage.calls where tenant_id = ?")
                .param(tenant.value())
                .query(Long.class)
                .single();
    }

    private UsageCall kept(CallRecord call) {
        return Tenant.get(tenant, () -> reports.call(call.callId())).orElseThrow();
    }

    private static UsageCall expected(CallRecord call) {
        return new UsageCall(
                call.tenant(),
                call.callId(),
                call.startedAt(),
                call.endedAt(),
                SETTLED,
                call.requestId(),
                call.keyId(),
                call.projectId(),
                call.offerId(),
                call.priceVersionId(),
                call.backendId(),
                call.model(),
                call.operation(),
                call.stream(),
                call.status(),
                call.reason(),
                call.source(),
                call.counts(),
                call.currency(),
                BigDecimal.valueOf(call.costPicos()),
                call.chargeNanos(),
                call.heldNanos(),
                call.absorbedNanos(),
                call.attempts(),
                call.firstByteMs(),
                call.totalMs());
    }

    private List<CallRecord> calls(int many) {
        List<CallRecord> calls = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            calls.add(call(null, i, "model"));
        }
        return calls;
    }

    private CallRecord callOf(UUID key, Instant started, String currency) {
        return call(null, null, "model", key, started, currency);
    }

    private CallRecord call(@Nullable UUID backend, @Nullable Integer firstByteMs, String model) {
        return call(backend, firstByteMs, model, Ids.next(), SETTLED.minus(Duration.ofMillis(5)), "EUR");
    }

    private CallRecord call(
            @Nullable UUID backend,
            @Nullable Integer firstByteMs,
            String model,
            UUID key,
            Instant started,
            String currency) {
        TokenCounts counts = TokenCounts.NONE;
        for (TokenClass tokenClass : TokenClass.values()) {
            counts = counts.with(tokenClass, 1_000_000_000_000L + tokenClass.code());
        }
        return new CallRecord(
                tenant,
                started,
                Ids.next(),
                Ids.next(),
                "req-é",
                key,
                Ids.next(),
                Ids.next(),
                Ids.next(),
                Ids.next(),
                backend,
                model,
                "chat",
                true,
                206,
                CallReason.CANCELLED,
                CountSource.CORRECTED,
                counts,
                currency,
                Long.MAX_VALUE,
                9_000_000_001L,
                9_000_000_002L,
                3,
                4,
                firstByteMs,
                1_234_567,
                started.plusMillis(3));
    }
}
