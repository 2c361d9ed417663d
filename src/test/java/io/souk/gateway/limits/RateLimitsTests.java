package io.souk.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.access.Limits;
import io.souk.gateway.relay.RateStanding;
import io.souk.gateway.snapshot.Snapshot.Limit;
import io.souk.gateway.snapshot.Snapshot.Scope;
import io.souk.kernel.Ids;
import io.souk.kernel.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitsTests {
    private static final TenantId TENANT = new TenantId(Ids.next());

    private final AtomicLong nanos = new AtomicLong();
    private final RateLimits limits = new RateLimits(nanos::get, null);

    static Limit requests(long perMinute) {
        return new Limit(Scope.KEY, Ids.next(), perMinute, 0, 0);
    }

    static Limit tokens(long perMinute) {
        return new Limit(Scope.PROJECT, Ids.next(), 0, perMinute, 0);
    }

    private static Limit atOnce(int calls) {
        return new Limit(Scope.ORGANISATION, TENANT.value(), 0, 0, calls);
    }

    private Taking take(long tokens, Limit... under) {
        List<Taking> taken = new ArrayList<>();
        limits.take(TENANT, List.of(under), tokens, taken::add);
        assertThat(taken).hasSize(1);
        return taken.getFirst();
    }

    private Ticket passes(long tokens, Limit... under) {
        Taking taking = take(tokens, under);
        assertThat(taking).isInstanceOf(Taking.Taken.class);
        return ((Taking.Taken) taking).ticket();
    }

    private Taking.Refused refused(long tokens, Limit... under) {
        Taking taking = take(tokens, under);
        assertThat(taking).isInstanceOf(Taking.Refused.class);
        return (Taking.Refused) taking;
    }

    private void after(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void takesALimitAboveWhatABucketCanRefill() {
        Limit most = tokens(Limits.MOST);
        passes(Limits.MOST, most);
        refused(1, most);
        after(Meter.MINUTE);
        passes(1, most);
    }

    @Test
    void passesExactlyAsManyOfManyAtOnceAsTheLimitAllows() throws Exception {
        Limit hundred = requests(100);
        try (ExecutorService callers = Executors.newFixedThreadPool(50)) {
            Callable<Boolean> call = () -> take(1, hundred) instanceof Taking.Taken;
            int passed = 0;
            for (Future<Boolean> answer : callers.invokeAll(Collections.nCopies(500, call))) {
                passed += answer.get() ? 1 : 0;
            }
            assertThat(passed).isEqualTo(100);
        }
    }

    @Test
    void fillsTheBucketUpWhenTheMinuteIsOverAndNotBefore() {
        Limit two = requests(2);
        passes(1, two);
        after(Duration.ofSeconds(10));
        passes(1, two);
        Taking.Refused refused = refused(1, two);
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(50));
        assertThat(refused.measure()).isEqualTo(Measure.REQUESTS);
        assertThat(refused.limit()).isEqualTo(two);

        after(Duration.ofSeconds(49));
        refused(1, two);
        after(Duration.ofSeconds(1));
        passes(1, two);
        passes(1, two);
        refused(1, two);
    }

    @Test
    void countsACallThatOneLimitRefusesAgainstNoOther() {
        Limit wide = requests(10);
        Limit narrow = requests(1);
        passes(1, wide, narrow);
        for (int i = 0; i < 20; i++) {
            assertThat(refused(1, wide, narrow).limit()).isEqualTo(narrow);
        }
        for (int i = 0; i < 9; i++) {
            passes(1, wide);
        }
        refused(1, wide);
    }

    @Test
    void takesTheEstimateOfTokensAndGivesBackWhatWasNotUsed() {
        Limit thousand = tokens(1_000);
        Ticket first = passes(600, thousand);
        assertThat(refused(600, thousand).left()).isEqualTo(400);

        first.close(100);

        passes(600, thousand);
        assertThat(refused(600, thousand).left()).isEqualTo(300);
    }

    @Test
    void owesWhatACallUsedBeyondItsEstimate() {
        Limit thousand = tokens(1_000);
        passes(100, thousand).close(2_500);

        refused(1, thousand);
        after(Duration.ofMinutes(1));
        refused(1, thousand);
        after(Duration.ofMinutes(1));
        assertThat(passes(1, thousand).standing().tokensRemaining()).isEqualTo(499);
    }

    @Test
    void saysThatACallNeverFitsWithoutTellingItToWait() {
        Taking.Refused refused = refused(1_001, tokens(1_000));
        assertThat(refused.retryAfter()).isZero();
        assertThat(refused.asked()).isEqualTo(1_001);
        assertThat(refused.measure()).isEqualTo(Measure.TOKENS);
    }

    @Test
    void freesThePlaceOfACallOnceHoweverOftenItEnds() {
        Limit two = atOnce(2);
        Ticket first = passes(1, two);
        Ticket second = passes(1, two);
        assertThat(refused(1, two).measure()).isEqualTo(Measure.CALLS_AT_ONCE);

        first.close(5);
        first.close(5);
        first.cancel();

        assertThat(limits.running(TENANT, TENANT.value())).isEqualTo(1);
        passes(1, two);
        refused(1, two);
        second.cancel();
        assertThat(limits.running(TENANT, TENANT.value())).isEqualTo(1);
    }

    @Test
    void aCallThatIsRefusedForItsTokensLeavesItsPlaceAndItsRequest() {
        Limit all = new Limit(Scope.KEY, Ids.next(), 3, 100, 1);
        refused(101, all);
        passes(100, all).close(100);
        refused(50, all);
        assertThat(limits.running(TENANT, all.subject())).isZero();
        after(Duration.ofMinutes(1));
        assertThat(passes(1, all).standing().requestsRemaining()).isEqualTo(2);
    }

    @Test
    void aCancelledCallCountsForNothing() {
        Limit one = new Limit(Scope.KEY, Ids.next(), 1, 100, 1);
        passes(100, one).cancel();
        passes(100, one);
    }

    @Test
    void oneOrganisationsUseOfAModelIsNotAnothers() {
        Limit model = new Limit(Scope.MODEL, Ids.next(), 1, 0, 1);
        passes(1, model);
        refused(1, model);
        List<Taking> other = new ArrayList<>();
        limits.take(new TenantId(Ids.next()), List.of(model), 1, other::add);
        assertThat(other.getFirst()).isInstanceOf(Taking.Taken.class);
    }

    @Test
    void tellsTheLimitOfWhichTheLeastIsLeft() {
        RateStanding standing = passes(30, requests(100), requests(7), tokens(1_000), tokens(50))
                .standing();
        assertThat(standing.requestsLimit()).isEqualTo(7);
        assertThat(standing.requestsRemaining()).isEqualTo(6);
        assertThat(standing.tokensLimit()).isEqualTo(50);
        assertThat(standing.tokensRemaining()).isEqualTo(20);
        assertThat(standing.tokensReset()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void aCallUnderNoLimitCostsNothingAndTellsNothing() {
        assertThat(passes(1)).isSameAs(Ticket.FREE);
        assertThat(passes(1, new Limit(Scope.KEY, Ids.next(), 0, 0, 0)).standing())
                .isSameAs(RateStanding.NONE);
    }

    @Test
    void writesSpansAsTheVendorsDo() {
        List<String> headers = new ArrayList<>();
        new RateStanding(10, 9, Duration.ofMillis(850), 5_000, 4_000, Duration.ofMinutes(6))
                .forEachHeader((name, value) -> headers.add(name + ": " + value));
        assertThat(headers)
                .containsExactly(
                        "x-ratelimit-limit-requests: 10",
                        "x-ratelimit-remaining-requests: 9",
                        "x-ratelimit-reset-requests: 850ms",
                        "x-ratelimit-limit-tokens: 5000",
                        "x-ratelimit-remaining-tokens: 4000",
                        "x-ratelimit-reset-tokens: 6m0s");
        headers.clear();
        new RateStanding(10, 9, Duration.ofSeconds(1), -1, -1, Duration.ZERO)
                .forEachHeader((name, value) -> headers.add(value));
        assertThat(headers).containsExactly("10", "9", "1s");
    }
}
