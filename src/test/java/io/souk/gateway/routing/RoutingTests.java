package io.souk.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.gateway.snapshot.Snapshot;
import io.souk.kernel.Ids;
import io.souk.support.TestClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Priority, weight, breakers, room and rest. */
class RoutingTests {
    private static final Duration OPEN = Duration.ofSeconds(10);

    private final TestClock clock = new TestClock();
    private final Random random = new Random(7);
    private final Routing routing = new Routing(new Routing.Settings(4, 20, 5, 50, OPEN, 3), random::nextInt, clock);

    private static Snapshot.Backend backend(int priority, int weight) {
        return backend(priority, weight, true, null);
    }

    private static Snapshot.Backend backend(int priority, int weight, boolean up, @Nullable Integer maxCalls) {
        return new Snapshot.Backend(
                Ids.next(),
                URI.create("http://127.0.0.1:9/v1"),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 9),
                "openai",
                "m",
                null,
                priority,
                weight,
                up,
                maxCalls);
    }

    private static Snapshot.Offer offer(Snapshot.Backend... backends) {
        return new Snapshot.Offer(
                Ids.next(),
                "demo",
                "Tests",
                Instant.EPOCH,
                Snapshot.Task.CHAT,
                true,
                null,
                null,
                List.of(),
                List.of(backends));
    }

    private List<UUID> asked(Snapshot.Offer offer) {
        Course course = routing.begin(offer);
        List<UUID> ids = new ArrayList<>();
        for (Snapshot.Backend next = course.next(); next != null; next = course.next()) {
            ids.add(next.id());
        }
        return ids;
    }

    private void tries(Snapshot.Offer offer, int times, Tried how) {
        for (int i = 0; i < times; i++) {
            Course course = routing.begin(offer);
            assertThat(course.next()).isNotNull();
            course.note(how);
            course.leave(new Tried.Abandoned());
        }
    }

    private Load load(Snapshot.Backend backend) {
        return routing.loads().stream()
                .filter(load -> load.backendId().equals(backend.id()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void asksTheLowestPriorityNumberFirstAndEachBackendOnce() {
        Snapshot.Backend last = backend(3, 1000);
        Snapshot.Backend first = backend(1, 1);
        Snapshot.Backend second = backend(2, 1);
        Snapshot.Backend down = backend(1, 1000, false, null);
        assertThat(asked(offer(last, first, down, second))).containsExactly(first.id(), second.id(), last.id());
    }

    @Test
    void sharesCallsByWeightAmongEquals() {
        Snapshot.Backend heavy = backend(1, 8);
        Snapshot.Backend light = backend(1, 2);
        Snapshot.Backend spare = backend(2, 1000);
        Snapshot.Offer offer = offer(heavy, light, spare);
        Map<UUID, Integer> first = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            List<UUID> order = asked(offer);
            first.merge(order.getFirst(), 1, Integer::sum);
            assertThat(order).hasSize(3).endsWith(spare.id());
        }
        assertThat(first.get(heavy.id())).isBetween(7_800, 8_200);
        assertThat(first.get(light.id())).isBetween(1_800, 2_200);
    }

    @Test
    void theSameSeedChoosesTheSame() {
        Snapshot.Offer offer = offer(backend(1, 3), backend(1, 5), backend(1, 2));
        Routing one = new Routing(new Routing.Settings(4, 20, 5, 50, OPEN, 3), new Random(42)::nextInt, clock);
        Routing other = new Routing(new Routing.Settings(4, 20, 5, 50, OPEN, 3), new Random(42)::nextInt, clock);
        for (int i = 0; i < 100; i++) {
            assertThat(one.begin(offer).next()).isEqualTo(other.begin(offer).next());
        }
    }

    @Test
    void opensABreakerAfterFailuresAndSendsTheCallsElsewhere() {
        Snapshot.Backend broken = backend(1, 1);
        Snapshot.Backend spare = backend(2, 1);
        tries(offer(broken), 4, new Tried.Broke("backend_timeout"));
        assertThat(load(broken).state()).isEqualTo(Load.State.CLOSED);
        tries(offer(broken), 1, new Tried.Broke("backend_unreachable"));

        assertThat(load(broken).state()).isEqualTo(Load.State.OPEN);
        assertThat(load(broken).failed()).isEqualTo(5);
        assertThat(load(broken).lastFailure()).isEqualTo("backend_unreachable");
        assertThat(load(broken).lastFailureAt()).isEqualTo(clock.instant());
        assertThat(asked(offer(broken, spare))).containsExactly(spare.id());
        assertThat(asked(offer(broken))).isEmpty();
        assertThat(routing.outlook(List.of(broken))).isEqualTo(new Outlook.Down(OPEN));
        clock.advance(Duration.ofSeconds(4));
        assertThat(routing.outlook(List.of(broken))).isEqualTo(new Outlook.Down(Duration.ofSeconds(6)));
    }

    @Test
    void opensWhenHalfOfTheTriesFailAndNotBefore() {
        Snapshot.Backend flaky = backend(1, 1);
        for (int i = 0; i < 10; i++) {
            tries(offer(flaky), 2, new Tried.Answered());
            tries(offer(flaky), 1, new Tried.Broke("answered 500"));
        }
        assertThat(load(flaky).state()).isEqualTo(Load.State.CLOSED);
        tries(offer(flaky), 4, new Tried.Broke("answered 500"));
        assertThat(load(flaky).state()).isEqualTo(Load.State.OPEN);
    }

    @Test
    void probesWithAFewCallsAndClosesWhenTheySucceed() {
        Snapshot.Backend broken = backend(1, 1);
        tries(offer(broken), 5, new Tried.Broke("answered 500"));
        clock.advance(OPEN.plusMillis(1));
        assertThat(routing.outlook(List.of(broken))).isInstanceOf(Outlook.Open.class);

        List<Course> probes = IntStream.range(0, 4)
                .mapToObj(_ -> routing.begin(offer(broken)))
                .toList();
        List<Course> through =
                probes.stream().filter(probe -> probe.next() != null).toList();

        assertThat(through).hasSize(3);
        assertThat(load(broken).state()).isEqualTo(Load.State.HALF_OPEN);
        through.forEach(probe -> {
            probe.note(new Tried.Answered());
            probe.leave(new Tried.Abandoned());
        });
        assertThat(load(broken).state()).isEqualTo(Load.State.CLOSED);
        assertThat(asked(offer(broken))).hasSize(1);
    }

    @Test
    void opensAgainWhenTheProbesFail() {
        Snapshot.Backend broken = backend(1, 1);
        tries(offer(broken), 5, new Tried.Broke("answered 500"));
        clock.advance(OPEN.plusMillis(1));
        tries(offer(broken), 3, new Tried.Broke("answered 500"));
        assertThat(load(broken).state()).isEqualTo(Load.State.OPEN);
        assertThat(asked(offer(broken))).isEmpty();
        assertThat(routing.outlook(List.of(broken))).isEqualTo(new Outlook.Down(OPEN));
    }

    @Test
    void aProbeThatEndsForOtherReasonsLetsAnotherThrough() {
        Snapshot.Backend broken = backend(1, 1);
        tries(offer(broken), 5, new Tried.Broke("answered 500"));
        clock.advance(OPEN.plusMillis(1));
        for (int i = 0; i < 20; i++) {
            assertThat(asked(offer(broken))).hasSize(1);
        }
        tries(offer(broken), 3, new Tried.Answered());
        assertThat(load(broken).state()).isEqualTo(Load.State.CLOSED);
    }

    @Test
    void leavesABackendAloneForAsLongAsItAsked() {
        Snapshot.Backend limited = backend(1, 1);
        Snapshot.Backend spare = backend(2, 1);
        tries(offer(limited), 1, new Tried.Overloaded(Duration.ofSeconds(30)));

        assertThat(load(limited).state()).isEqualTo(Load.State.CLOSED);
        assertThat(load(limited).restsUntil()).isEqualTo(clock.instant().plusSeconds(30));
        assertThat(asked(offer(limited, spare))).containsExactly(spare.id());
        assertThat(routing.outlook(List.of(limited))).isEqualTo(new Outlook.Busy(Duration.ofSeconds(30)));
        clock.advance(Duration.ofSeconds(29));
        assertThat(asked(offer(limited))).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(asked(offer(limited))).hasSize(1);
        assertThat(load(limited).restsUntil()).isNull();
    }

    @Test
    void sendsNoMoreCallsAtOnceThanThereIsRoom() {
        Snapshot.Backend narrow = backend(1, 1, true, 2);
        Snapshot.Backend spare = backend(2, 1, true, 1_000);
        Snapshot.Offer offer = offer(narrow, spare);
        List<Course> running = new ArrayList<>();
        List<UUID> order = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Course course = routing.begin(offer);
            Snapshot.Backend given = Objects.requireNonNull(course.next());
            order.add(given.id());
            running.add(course);
        }
        assertThat(order).containsExactly(narrow.id(), narrow.id(), spare.id(), spare.id(), spare.id(), spare.id());
        assertThat(routing.begin(offer).next())
                .as("the gateway's own number is the most at any")
                .isNull();
        assertThat(routing.outlook(offer.backends())).isEqualTo(new Outlook.Busy(Duration.ofSeconds(1)));

        running.getFirst().leave(new Tried.Abandoned());
        running.getFirst().leave(new Tried.Abandoned());

        assertThat(load(narrow).running()).isEqualTo(1);
        assertThat(routing.begin(offer).next()).isEqualTo(narrow);
    }

    @Test
    void neverSendsMoreAtOnceWhateverTheThreadsDo() throws InterruptedException {
        Snapshot.Backend narrow = backend(1, 1, true, 3);
        Snapshot.Offer offer = offer(narrow);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> threads = IntStream.range(0, 8)
                .mapToObj(_ -> Thread.ofPlatform().start(() -> {
                    try {
                        begin.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    for (int i = 0; i < 20_000; i++) {
                        Course course = routing.begin(offer);
                        if (course.next() != null) {
                            most.accumulateAndGet(now.incrementAndGet(), Math::max);
                            now.decrementAndGet();
                            course.leave(i % 3 == 0 ? new Tried.Abandoned() : new Tried.Answered());
                        }
                    }
                }))
                .toList();
        begin.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(most.get()).isBetween(1, 3);
        assertThat(load(narrow).running()).isZero();
    }

    @Test
    void forgetsBackendsThatAreGoneOnceNothingRunsThere() {
        Snapshot.Backend gone = backend(1, 1);
        Snapshot.Backend kept = backend(1, 1);
        asked(offer(gone, kept));
        Course running = routing.begin(offer(gone));
        running.next();

        routing.keepOnly(Set.of(kept.id()));
        assertThat(ids()).containsExactlyInAnyOrder(gone.id(), kept.id());
        running.leave(new Tried.Abandoned());
        routing.keepOnly(Set.of(kept.id()));
        assertThat(ids()).containsExactly(kept.id());
    }

    private Set<UUID> ids() {
        Set<UUID> ids = new HashSet<>();
        routing.loads().forEach(load -> ids.add(load.backendId()));
        return ids;
    }
}
