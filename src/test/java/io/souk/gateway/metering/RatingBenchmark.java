package io.souk.gateway.metering;

import io.souk.kernel.CallReason;
import io.souk.kernel.PriceList;
import io.souk.kernel.TokenClass;
import io.souk.kernel.TokenCounts;
import io.souk.support.Allocations;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** From counts to what a call costs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RatingBenchmark {
    private final PriceList prices =
            new PriceList("USD", Map.of(TokenClass.INPUT, 1_000_000L, TokenClass.OUTPUT, 2_000_000L));
    private final TokenCounts counts = TokenCounts.of(1_234, 567);

    @Test
    void keepsToItsAllocations() throws Exception {
        Allocations.keepWithin(RatingBenchmark.class, Map.of("rate", 216));
    }

    @Benchmark
    public Charge rate() {
        return Charge.of(counts, CallReason.COMPLETED, prices, 10_000_000);
    }
}
