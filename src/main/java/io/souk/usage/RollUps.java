package io.souk.usage;

import static io.souk.kernel.TokenClass.AUDIO;
import static io.souk.kernel.TokenClass.CACHE_READ;
import static io.souk.kernel.TokenClass.CACHE_WRITE_1H;
import static io.souk.kernel.TokenClass.CACHE_WRITE_5M;
import static io.souk.kernel.TokenClass.IMAGE;
import static io.souk.kernel.TokenClass.INPUT;
import static io.souk.kernel.TokenClass.OUTPUT;
import static io.souk.kernel.TokenClass.REASONING;

import io.souk.kernel.CallReason;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sums of calls by day (UTC), offer, key and project. Settlement leaves most calls for later, when many of one key are
 * added in one step; whoever asks reads {@code usage.by_day()}, which adds what is still left. Either way a call counts
 * from the commit that settles it, and once.
 */
@Component
public class RollUps {
    /** So many batches go into one transaction; a batch has some thousand calls at most. */
    private static final int MOST_BATCHES = 60;

    private static final String ADD = """
         on conflict (tenant_id, grain, bucket, offer_id, key_id, project_id, currency) do update set
            calls = rollups.calls + excluded.calls,
            failed = rollups.failed + excluded.failed,
            input = rollups.input + excluded.input,
            output = rollups.output + excluded.output,
            other = rollups.other + excluded.other,
            charge_nanos = rollups.charge_nanos + excluded.charge_nanos\
        """;

    /** Rows are changed in the order of their key, so that two who add never wait for each other in a circle. */
    private static final String NOW = """
        insert into usage.rollups (tenant_id, grain, bucket, offer_id, key_id, project_id, currency,
                                   calls, failed, input, output, other, charge_nanos)
        select tenant_id, 'day', bucket, offer_id, key_id, project_id, currency,
               calls, failed, input, output, other, charge_nanos
        from unnest(?::uuid[], ?::timestamptz[], ?::uuid[], ?::uuid[], ?::uuid[], ?::bpchar[],
                    ?::int8[], ?::int8[], ?::int8[], ?::int8[], ?::int8[], ?::int8[])
            as given (tenant_id, bucket, offer_id, key_id, project_id, currency,
                      calls, failed, input, output, other, charge_nanos)
        order by 1, 3, 4, 5, 6, 7\
        """ + ADD;

    private static final String FROM_CALLS = """
        insert into usage.rollups (tenant_id, grain, bucket, offer_id, key_id, project_id, currency,
                                   calls, failed, input, output, other, charge_nanos)
        select tenant_id, 'day', date_trunc('day', started_at, 'UTC'), offer_id, key_id, project_id, currency,
               count(*), count(*) filter (where reason <> 'completed'),
               sum(input + cache_read + cache_write_5m + cache_write_1h), sum(output + reasoning), sum(audio + image),
               sum(charge_nanos)
        from usage.calls where batch_id = any (?) and started_at between ? and ?
        group by 1, 3, 4, 5, 6, 7 order by 1, 3, 4, 5, 6, 7\
        """ + ADD;

    private final JdbcClient system;
    private final TransactionTemplate transactions;

    RollUps(@Qualifier("system") JdbcClient system, @Qualifier("system") TransactionTemplate transactions) {
        this.system = system;
        this.transactions = transactions;
    }

    /**
     * Notes, in the settlement's transaction, that calls will have to be rolled up.
     *
     * @return what these calls are to carry as their batch
     */
    long later(int calls, Instant oldest, Instant newest) {
        return system.sql("insert into usage.fresh_batches (calls, oldest, newest) values (?, ?, ?) returning id")
                .params(calls, Timestamp.from(oldest), Timestamp.from(newest))
                .query(Long.class)
                .single();
    }

    /** Adds calls in the settlement's transaction. */
    void now(List<CallRecord> calls) {
        if (calls.isEmpty()) {
            return;
        }
        Map<Bucket, Sums> sums = new HashMap<>();
        for (CallRecord call : calls) {
            sums.computeIfAbsent(Bucket.of(call), _ -> new Sums()).add(call);
        }
        List<Bucket> buckets = new ArrayList<>(sums.keySet());
        List<Sums> values = buckets.stream()
                .map(bucket -> Objects.requireNonNull(sums.get(bucket)))
                .toList();
        system.sql(NOW)
                .params(
                        ids(buckets, Bucket::tenant),
                        buckets.stream()
                                .map(bucket -> Timestamp.from(bucket.day))
                                .toArray(Timestamp[]::new),
                        ids(buckets, Bucket::offer),
                        ids(buckets, Bucket::key),
                        ids(buckets, Bucket::project),
                        buckets.stream().map(Bucket::currency).toArray(String[]::new),
                        numbers(values, sum -> sum.calls),
                        numbers(values, sum -> sum.failed),
                        numbers(values, sum -> sum.input),
                        numbers(values, sum -> sum.output),
                        numbers(values, sum -> sum.other),
                        numbers(values, sum -> sum.charge))
                .update();
    }

    /** Adds everything that settlements left for later. Any number of processes may do so at once. */
    public void catchUp() {
        int done;
        do {
            done = Objects.requireNonNull(transactions.execute(_ -> addSome()));
        } while (done == MOST_BATCHES);
    }

    private int addSome() {
        List<Batch> batches = system.sql("""
            delete from usage.fresh_batches where id in (
                select id from usage.fresh_batches order by id limit ? for update skip locked)
            returning id, oldest, newest\
            """)
                .param(MOST_BATCHES)
                .query((row, _) -> new Batch(
                        row.getLong(1),
                        row.getTimestamp(2).toInstant(),
                        row.getTimestamp(3).toInstant()))
                .list();
        if (!batches.isEmpty()) {
            Instant oldest = batches.getFirst().oldest;
            Instant newest = batches.getFirst().newest;
            for (Batch batch : batches) {
                oldest = batch.oldest.isBefore(oldest) ? batch.oldest : oldest;
                newest = batch.newest.isAfter(newest) ? batch.newest : newest;
            }
            system.sql(FROM_CALLS)
                    .params(numbers(batches, Batch::id), Timestamp.from(oldest), Timestamp.from(newest))
                    .update();
        }
        return batches.size();
    }

    private static <T> UUID[] ids(List<T> from, Function<T, UUID> value) {
        return from.stream().map(value).toArray(UUID[]::new);
    }

    private static <T> Long[] numbers(List<T> from, Function<T, Long> value) {
        return from.stream().map(value).toArray(Long[]::new);
    }

    private record Batch(long id, Instant oldest, Instant newest) {}

    private record Bucket(UUID tenant, Instant day, UUID offer, UUID key, UUID project, String currency) {
        static Bucket of(CallRecord call) {
            return new Bucket(
                    call.tenant().value(),
                    call.startedAt().truncatedTo(ChronoUnit.DAYS),
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
