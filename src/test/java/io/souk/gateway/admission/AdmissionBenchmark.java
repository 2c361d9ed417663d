package io.souk.gateway.admission;

import io.souk.access.KeyRoute;
import io.souk.gateway.snapshot.Snapshot;
import io.souk.kernel.PriceList;
import io.souk.kernel.TenantId;
import io.souk.kernel.TokenClass;
import io.souk.support.Allocations;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** What it costs to say who calls and to hold the money, among 100,000 keys. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AdmissionBenchmark {
    private static final int KEYS = 100_000;
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final TenantId TENANT = new TenantId(new UUID(1, 1));
    private static final UUID OFFER = new UUID(2, 1);
    private static final UUID COUNTER = new UUID(3, 1);
    private static final Purse PURSE = Purse.of(COUNTER);

    private final Admission admission = new Admission(4_096);
    private final Snapshot snapshot = snapshot();
    private final Credit credit = new Credit(new Bottomless(), System::nanoTime);
    private int next;

    @Test
    void keepsToItsAllocations() throws Exception {
        Allocations.keepWithin(AdmissionBenchmark.class, Map.of("hash", 512, "decide", 288, "hold", 208));
    }

    @Benchmark
    public String hash() {
        return KeyRoute.hashOf(secret(next++ % KEYS));
    }

    @Benchmark
    public Decision decide() {
        return admission.decide(
                snapshot, new Ask(name(next++ % KEYS), Snapshot.Task.CHAT, "model", 1_024, 256, 1), NOW);
    }

    @Benchmark
    public void hold(Blackhole hole) {
        credit.hold(TENANT, PURSE, 100, hole::consume);
        credit.release(COUNTER, 100);
    }

    private static final String[] SECRETS = new String[KEYS];
    private static final String[] NAMES = new String[KEYS];

    static {
        for (int i = 0; i < KEYS; i++) {
            SECRETS[i] = "sk-souk-%032dabcdef".formatted(i);
            NAMES[i] = KeyRoute.hashOf(SECRETS[i]);
        }
    }

    private static String secret(int index) {
        return SECRETS[index];
    }

    private static String name(int index) {
        return NAMES[index];
    }

    private static Snapshot snapshot() {
        PriceList prices = new PriceList("USD", Map.of(TokenClass.INPUT, 1_000_000L, TokenClass.OUTPUT, 2_000_000L));
        Snapshot.Changes changes = new Snapshot.Changes();
        for (int i = 0; i < KEYS; i++) {
            changes.key(new Snapshot.Key(new UUID(4, i), TENANT, new UUID(5, 1), name(i), null, false));
        }
        changes.subscription(TENANT, OFFER, Optional.of(new UUID(6, 1)));
        changes.funding(new Snapshot.Funding(TENANT, "USD", List.of(COUNTER)));
        Snapshot.Backend backend = new Snapshot.Backend(
                new UUID(7, 1),
                URI.create("http://127.0.0.1:1/v1"),
                new InetSocketAddress("127.0.0.1", 1),
                "openai",
                "upstream",
                null,
                1,
                1,
                true,
                null);
        changes.offer(new Snapshot.Offer(
                OFFER,
                "model",
                "Souk",
                NOW,
                Snapshot.Task.CHAT,
                true,
                null,
                null,
                List.of(new Snapshot.Price(new UUID(8, 1), NOW.minusSeconds(1), prices)),
                List.of(backend)));
        return changes.apply(Snapshot.EMPTY);
    }

    private static final class Bottomless implements LeaseSource {
        @Override
        public void grant(TenantId tenant, UUID counterId, Wish wish, Consumer<Grant> then) {
            then.accept(new Grant.Granted(wish.want(), false));
        }

        @Override
        public void giveBack(TenantId tenant, UUID counterId, long nanos) {}
    }
}
