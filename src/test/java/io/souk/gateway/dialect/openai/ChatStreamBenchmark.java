package io.souk.gateway.dialect.openai;

import io.souk.gateway.dialect.Bytes;
import io.souk.gateway.relay.Route;
import io.souk.support.Allocations;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The scan of a stream's event: found, read, its model renamed, passed on. A stream that is ten times as long may not cost more for each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChatStreamBenchmark {
    private static final int SHORT = 100;
    private static final int LONG = 1_000;

    private static final byte[] EVENT = ("data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\","
                    + "\"created\":1700000000,\"model\":\"upstream\",\"choices\":[{\"index\":0,"
                    + "\"delta\":{\"content\":\" word\"},\"finish_reason\":null}]}\n\n")
            .getBytes(StandardCharsets.UTF_8);

    private final Route route = new Route(
            new UUID(1, 1),
            new InetSocketAddress("127.0.0.1", 1),
            "127.0.0.1",
            false,
            "/v1",
            "upstream",
            null,
            new Route.Deadlines(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)));
    private final Bytes out = new Bytes(4_096);

    @Test
    void keepsToItsAllocations() throws Exception {
        Allocations.keepWithin(ChatStreamBenchmark.class, Map.of("shortStream", 160, "longStream", 160));
    }

    @Benchmark
    @OperationsPerInvocation(SHORT)
    public ChatStream shortStream() {
        return stream(SHORT);
    }

    @Benchmark
    @OperationsPerInvocation(LONG)
    public ChatStream longStream() {
        return stream(LONG);
    }

    private ChatStream stream(int events) {
        ChatStream stream = new ChatStream(route, "model", false, 1);
        for (int i = 0; i < events; i++) {
            out.clear();
            stream.take(EVENT, out);
        }
        return stream;
    }
}
