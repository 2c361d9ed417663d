package io.souk.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs a class of JMH benchmarks and holds it to what it may allocate, which unlike time is the same on any machine. */
public final class Allocations {
    private Allocations() {}

    /** @param most bytes per operation, by the name of the benchmark's method; each method needs a limit */
    public static void keepWithin(Class<?> benchmarks, Map<String, Integer> most) throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(benchmarks.getName().replace(".", "\\.") + "\\.")
                        .addProfiler(GCProfiler.class)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(3)
                        .measurementTime(TimeValue.seconds(1))
                        .forks(1)
                        .shouldFailOnError(true)
                        .build())
                .run();
        Map<String, Double> allocated = new TreeMap<>();
        for (RunResult result : results) {
            String name = result.getParams().getBenchmark();
            allocated.put(
                    name.substring(name.lastIndexOf('.') + 1),
                    Objects.requireNonNull(
                                    result.getSecondaryResults().get("gc.alloc.rate.norm"), "no allocation profile")
                            .getScore());
        }
        assertThat(allocated.keySet()).as("benchmarks that ran").isEqualTo(new TreeMap<>(most).keySet());
        most.forEach((name, limit) -> assertThat(allocated.get(name))
                .as("bytes per operation of %s", name)
                .isLessThanOrEqualTo(limit.doubleValue()));
    }
}
