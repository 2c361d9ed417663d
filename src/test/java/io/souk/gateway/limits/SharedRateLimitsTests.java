package io.souk.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.gateway.snapshot.Snapshot.Limit;
import io.souk.kernel.Ids;
import io.souk.kernel.TenantId;
import io.souk.support.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two gateways' limits over one real Redis. */
class SharedRateLimitsTests {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final TenantId TENANT = new TenantId(Ids.next());

    private final TestRedis redis = new TestRedis();
    private final List<SharedBuckets> buckets = new ArrayList<>();
    private final List<RateLimits> gateways = new ArrayList<>();

    @BeforeEach
    void twoGateways() {
        start(PATIENT);
    }

    private void start(Duration deadline) {
        close();
        for (int i = 0; i < 2; i++) {
            SharedBuckets shared = new SharedBuckets(redis.url(), deadline, System::nanoTime);
            buckets.add(shared);
            gateways.add(new RateLimits(System::nanoTime, shared));
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> buckets.stream().allMatch(SharedBuckets::isUp));
    }

    private void close() {
        buckets.forEach(SharedBuckets::close);
        buckets.clear();
        gateways.clear();
    }

    @AfterEach
    void stop() {
        close();
        redis.close();
    }

    private CompletableFuture<Taking> take(int gateway, long tokens, Limit... under) {
        CompletableFuture<Taking> taken = new CompletableFuture<>();
        gateways.get(gateway).take(TENANT, List.of(under), tokens, taken::complete);
        return taken;
    }

    private Taking taken(int gateway, long tokens, Limit... under) throws Exception {
        return take(gateway, tokens, under).get(30, TimeUnit.SECONDS);
    }

    private int passed(int calls, Limit limit) throws Exception {
        List<CompletableFuture<Taking>> all = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            all.add(take(i % 2, 1, limit));
        }
        int passed = 0;
        for (CompletableFuture<Taking> one : all) {
            passed += one.get(30, TimeUnit.SECONDS) instanceof Taking.Taken ? 1 : 0;
        }
        return passed;
    }

    @Test
    void passExactlyAsManyTogetherAsTheLimitAllows() throws Exception {
        assertThat(passed(500, RateLimitsTests.requests(100))).isEqualTo(100);
    }

    @Test
    void correctTokensForEachOther() throws Exception {
        Limit thousand = RateLimitsTests.tokens(1_000);
        Taking first = taken(0, 900, thousand);
        assertThat(first).isInstanceOf(Taking.Taken.class);
        assertThat(taken(1, 900, thousand)).isInstanceOf(Taking.Refused.class);

        ((Taking.Taken) first).ticket().close(50);

        await().atMost(Duration.ofSeconds(10)).until(() -> taken(1, 900, thousand) instanceof Taking.Taken);
        assertThat(taken(0, 100, thousand)).isInstanceOf(Taking.Refused.class);
    }

    @Test
    void countACallThatOneLimitRefusesAgainstNoOther() throws Exception {
        Limit wide = RateLimitsTests.requests(3);
        Limit narrow = RateLimitsTests.requests(1);
        assertThat(taken(0, 1, wide, narrow)).isInstanceOf(Taking.Taken.class);
        assertThat(taken(1, 1, wide, narrow)).isInstanceOf(Taking.Refused.class);
        await().atMost(Duration.ofSeconds(10)).until(() -> taken(1, 1, wide) instanceof Taking.Taken);
        assertThat(taken(0, 1, wide)).isInstanceOf(Taking.Taken.class);
        assertThat(taken(0, 1, wide)).isInstanceOf(Taking.Refused.class);
    }

    @Test
    void countForThemselvesWhileRedisIsAwayAndTogetherWhenItIsBack() throws Exception {
        Limit ten = RateLimitsTests.requests(10);
        assertThat(passed(8, ten)).isEqualTo(8);

        redis.close();

        // each gateway remembers its own four and passes six more: at most the limit times the gateways
        assertThat(passed(100, ten)).isEqualTo(12);

        redis.startAgain();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            Limit fresh = RateLimitsTests.requests(1);
            boolean here = taken(0, 1, fresh) instanceof Taking.Taken;
            return here && taken(1, 1, fresh) instanceof Taking.Refused;
        });
    }

    @Test
    void doNotNeedRedisToBegin() throws Exception {
        close();
        redis.close();
        SharedBuckets lonely = new SharedBuckets(redis.url(), Duration.ofMillis(100), System::nanoTime);
        buckets.add(lonely);
        gateways.add(new RateLimits(System::nanoTime, lonely));
        Limit one = RateLimitsTests.requests(1);
        assertThat(taken(0, 1, one)).isInstanceOf(Taking.Taken.class);
        assertThat(taken(0, 1, one)).isInstanceOf(Taking.Refused.class);

        redis.startAgain();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            lonely.connect();
            return lonely.isUp();
        });
    }
}
