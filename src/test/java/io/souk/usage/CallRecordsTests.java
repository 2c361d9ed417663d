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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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

    private CallRecord call(@Nullable UUID backend, @Nullable Integer firstByteMs, String model) {
        TokenCounts counts = TokenCounts.NONE;
        for (TokenClass tokenClass : TokenClass.values()) {
            counts = counts.with(tokenClass, 1_000_000_000_000L + tokenClass.code());
        }
        Instant started = SETTLED.minus(Duration.ofMillis(5));
        return new CallRecord(
                tenant,
                started,
                Ids.next(),
                Ids.next(),
                "req-é",
                Ids.next(),
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
                "EUR",
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
