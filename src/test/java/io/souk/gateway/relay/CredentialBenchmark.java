package io.souk.gateway.relay;

import io.souk.gateway.dialect.Bytes;
import io.souk.support.Allocations;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The search for a backend's credential in what goes to a caller: a kilobyte of an answer, and one event of a stream. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CredentialBenchmark {
    private static final byte[] EVENT = ("data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\","
                    + "\"created\":1700000000,\"model\":\"upstream\",\"choices\":[{\"index\":0,"
                    + "\"delta\":{\"content\":\" word\"},\"finish_reason\":null}]}\n\n")
            .getBytes(StandardCharsets.UTF_8);
    private static final byte[] KILOBYTE = ("{\"choices\":[{\"message\":{\"content\":\""
                    + "A sentence of the ordinary kind, with words of several lengths. ".repeat(16))
            .substring(0, 1_024)
            .getBytes(StandardCharsets.UTF_8);

    private final Masking usual = masking("sk-proj-T3BlbkFJ7Qm2Vx9Yd4Wc8Rz1Lp6Ns5Hk0Gf");
    private final Masking shortest = masking("a1b2c3d4");
    private final Masking word = masking("EMPTY");
    private final Bytes event = new Bytes(256).add(EVENT);
    private final Bytes kilobyte = new Bytes(1_024).add(KILOBYTE);

    private static Masking masking(String value) {
        return new Masking(Objects.requireNonNull(Credential.of(value)));
    }

    @Test
    void keepsToItsAllocations() throws Exception {
        Allocations.keepWithin(
                CredentialBenchmark.class,
                Map.of("usualInEvent", 1, "usualInKilobyte", 1, "shortestInKilobyte", 1, "wordInKilobyte", 1));
    }

    @Benchmark
    public Bytes usualInEvent() {
        usual.pass(event);
        return event;
    }

    @Benchmark
    public Bytes usualInKilobyte() {
        usual.pass(kilobyte);
        return kilobyte;
    }

    @Benchmark
    public Bytes shortestInKilobyte() {
        shortest.pass(kilobyte);
        return kilobyte;
    }

    @Benchmark
    public Bytes wordInKilobyte() {
        word.pass(kilobyte);
        return kilobyte;
    }
}
