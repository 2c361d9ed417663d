package io.souk.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.billing.FundingRoutes;
import io.souk.billing.LossyLeases;
import io.souk.gateway.admission.Credit;
import io.souk.gateway.admission.Funding;
import io.souk.gateway.admission.Purse;
import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.TenantId;
import io.souk.platform.ChangeLog;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Credit, its desk and PostgreSQL together, without HTTP: two gateways over one wallet. */
@SoukTest
class HoldsTests {
    /** The gateways' time passes more slowly than this machine's, so that a busy machine is quick enough for it. */
    private static final int SLOWER = 4;

    @Autowired
    private ApplicationContext program;

    @Autowired
    private ChangeLog changeLog;

    @Autowired
    private FundingRoutes fundingRoutes;

    @Autowired
    @Qualifier("system")
    private JdbcClient system;

    private final List<Node> nodes = new ArrayList<>();
    private TenantId tenant = new TenantId(Ids.NIL);
    private UUID wallet = Ids.NIL;

    /** What a gateway has, but for HTTP and its journal. */
    private final class Node {
        private final UUID journal = Ids.next();
        private final LossyLeases leases = LossyLeases.in(program);
        private final ExecutorService virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
        private final LeaseDesk desk = new LeaseDesk(leases, journal, virtualThreads);
        private final Credit credit = new Credit(desk, () -> System.nanoTime() / SLOWER);
        private final ChangeLog.Reader changes = changeLog.reader();
        private final Thread reader = Thread.ofPlatform().daemon().unstarted(this::read);
        private final Thread ticker = Thread.ofPlatform().daemon().unstarted(this::tick);
        private volatile boolean stopped;

        Node() {
            leases.open(journal);
            reader.start();
            ticker.start();
        }

        private void read() {
            try (ChangeLog.Bell bell = changeLog.bell()) {
                while (!stopped) {
                    bell.await(Duration.ofMillis(100));
                    for (ChangeLog.Change change : changes.next()) {
                        if (change.kind().equals("recall")) {
                            credit.recall(change.id());
                        }
                    }
                }
            } catch (SQLException gone) {
                throw new IllegalStateException(gone);
            }
        }

        private void tick() {
            while (!stopped) {
                credit.tick();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }

        Credit.Hold hold(long nanos) {
            CompletableFuture<Credit.Hold> outcome = new CompletableFuture<>();
            credit.hold(tenant, Purse.of(wallet), nanos, outcome::complete);
            return outcome.orTimeout(60, TimeUnit.SECONDS).join();
        }

        void release(Credit.Hold hold) {
            assertThat(hold).isInstanceOf(Credit.Hold.Held.class);
            for (Funding part : ((Credit.Hold.Held) hold).funding()) {
                credit.release(part.counterId(), part.nanos());
            }
        }

        void stop() throws InterruptedException {
            stopped = true;
            reader.join(5_000);
            ticker.join(5_000);
            credit.giveBackAll();
            virtualThreads.close();
            desk.retryPending();
        }
    }

    private Node node() {
        Node node = new Node();
        nodes.add(node);
        return node;
    }

    private void balance(long nanos) {
        tenant = new Stall(program).customer(new Money(nanos, "USD")).tenant();
        wallet = fundingRoutes
                .findAll(List.of(tenant.value()))
                .getFirst()
                .counters()
                .getFirst();
    }

    @BeforeEach
    void anEmptyStart() {
        nodes.clear();
    }

    /** Whatever a test did: nothing stays held, and what the counter says of leases is what the leases say. */
    @AfterEach
    void nothingIsHeldThatShouldNotBe() throws InterruptedException {
        for (Node node : nodes) {
            assertThat(node.credit.held(wallet)).isZero();
            node.stop();
        }
        assertThat(counter("leased_nanos")).isZero();
        assertThat(counter("(select coalesce(sum(granted_nanos - settled_nanos), 0)::bigint from billing.leases l"
                        + " where l.counter_id = c.id)"))
                .isZero();
    }

    private long counter(String column) {
        return system.sql("select " + column + " from billing.counters c where id = ?")
                .param(wallet)
                .query(Long.class)
                .single();
    }

    @Test
    void exactlyAHundredOfFiveHundredPassAndStayOpenOverTwoGateways() throws Exception {
        long each = 7_000;
        balance(100 * each);
        List<Node> two = List.of(node(), node());
        List<CompletableFuture<Credit.Hold>> outcomes = new ArrayList<>();
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 500; i++) {
                CompletableFuture<Credit.Hold> outcome = new CompletableFuture<>();
                outcomes.add(outcome);
                Node node = two.get(i % 2);
                callers.execute(() -> {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    node.credit.hold(tenant, Purse.of(wallet), each, outcome::complete);
                });
            }
            go.countDown();
            for (CompletableFuture<Credit.Hold> outcome : outcomes) {
                outcome.get(60, TimeUnit.SECONDS);
            }
        }
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.join() instanceof Credit.Hold.Held)
                .hasSize(100);
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.join() instanceof Credit.Hold.Insufficient)
                .hasSize(400);
        assertThat(two.get(0).credit.held(wallet) + two.get(1).credit.held(wallet))
                .isEqualTo(100 * each);
        for (int i = 0; i < 500; i++) {
            if (outcomes.get(i).join() instanceof Credit.Hold.Held held) {
                two.get(i % 2).release(held);
            }
        }
    }

    @Test
    void oneAfterTheOtherEveryCallIsDecidedAsTheBalanceSays() {
        long limit = 1_000_000;
        balance(limit);
        List<Node> two = List.of(node(), node());
        Random random = new Random(7);
        record Open(Node node, Credit.Hold hold, long nanos) {}
        List<Open> open = new ArrayList<>();
        long left = limit;
        int refused = 0;
        for (int i = 0; i < 160; i++) {
            Node node = two.get(random.nextInt(2));
            if (random.nextInt(3) > 0) {
                long nanos = random.nextLong(1, 200_000);
                Credit.Hold hold = node.hold(nanos);
                assertThat(hold instanceof Credit.Hold.Held)
                        .as("step %d: %d of %d, answered %s", i, nanos, left, hold)
                        .isEqualTo(nanos <= left);
                if (nanos <= left) {
                    left -= nanos;
                    open.add(new Open(node, hold, nanos));
                } else {
                    refused++;
                }
            } else if (!open.isEmpty()) {
                Open ended = open.remove(random.nextInt(open.size()));
                ended.node.release(ended.hold);
                left += ended.nanos;
            }
        }
        assertThat(refused).isGreaterThan(10);
        open.forEach(each -> each.node.release(each.hold));
    }

    @Test
    void allAtOnceNoCommitLeasesMoreThanThereIsAndNobodyIsRefusedWhatWasThere() throws Exception {
        long limit = 1_000_000;
        balance(limit);
        List<Node> two = List.of(node(), node());
        AtomicInteger violations = new AtomicInteger();
        AtomicInteger polls = new AtomicInteger();
        AtomicInteger falselyRefused = new AtomicInteger();
        AtomicInteger held = new AtomicInteger();
        Claims claims = new Claims();
        Thread poller = Thread.ofPlatform().daemon().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                boolean broken =
                        system.sql("""
                            select c.spent_nanos + c.leased_nanos > c.limit_nanos or c.leased_nanos <>
                                (select coalesce(sum(granted_nanos - settled_nanos), 0) from billing.leases l
                                where l.counter_id = c.id) from billing.counters c where c.id = ?\
                            """).param(wallet).query(Boolean.class).single();
                violations.addAndGet(broken ? 1 : 0);
                polls.incrementAndGet();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        });
        try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
            for (int t = 0; t < 8; t++) {
                Random random = new Random(t);
                Node node = two.get(t % 2);
                callers.execute(() -> {
                    for (int i = 0; i < 40; i++) {
                        long nanos = random.nextLong(1, 300_000);
                        int from = claims.add(nanos);
                        Credit.Hold hold = node.hold(nanos);
                        if (hold instanceof Credit.Hold.Held) {
                            held.incrementAndGet();
                            LockSupport.parkNanos(random.nextLong(20_000_000));
                            claims.add(-nanos);
                            node.release(hold);
                        } else {
                            // at some moment all who asked for or held something must have left too little
                            boolean fair = claims.mostSince(from) > limit;
                            falselyRefused.addAndGet(fair ? 0 : 1);
                            claims.add(-nanos);
                        }
                    }
                });
            }
        }
        poller.interrupt();
        poller.join(5_000);
        assertThat(violations).hasValue(0);
        assertThat(polls.get()).isGreaterThan(20);
        assertThat(falselyRefused).hasValue(0);
        assertThat(held.get()).isGreaterThan(60);
    }

    /** What is asked for or held, with its history. */
    private static final class Claims {
        private final List<Long> history = new ArrayList<>();
        private long now;

        synchronized int add(long nanos) {
            now += nanos;
            history.add(now);
            return history.size() - 1;
        }

        synchronized long mostSince(int from) {
            return history.subList(from, history.size()).stream()
                    .mapToLong(Long::longValue)
                    .max()
                    .orElse(0);
        }
    }

    @Test
    void everyCallLeasesForItselfWhenTheBalanceIsLow() {
        balance(10_000);
        Node node = node();
        List<Credit.Hold> held = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            held.add(node.hold(1_000));
        }
        assertThat(held).allMatch(hold -> hold instanceof Credit.Hold.Held);
        assertThat(node.hold(1)).isInstanceOf(Credit.Hold.Insufficient.class);
        held.forEach(node::release);
    }

    @Test
    void findsOutWhatAGrantMovedWhoseAnswerWasLost() {
        balance(100_000);
        Node node = node();
        node.leases.answersToLose.set(1);

        Credit.Hold hold = node.hold(60_000);

        assertThat(hold).isInstanceOf(Credit.Hold.Held.class);
        assertThat(counter("leased_nanos"))
                .isEqualTo(node.credit.free(wallet) + node.credit.held(wallet))
                .isEqualTo(60_000);
        node.release(hold);
    }

    @Test
    void givesBackWhatAGrantMovedThatNobodyCouldBeToldOf() {
        balance(100_000);
        Node node = node();
        AtomicLong outcome = new AtomicLong();
        node.leases.answersToLose.set(1);
        CompletableFuture<Credit.Hold> answer = new CompletableFuture<>();
        LossyLeases leases = node.leases;
        // PostgreSQL goes away in the moment in which the grant is committed
        Thread cut = Thread.ofVirtual().start(() -> {
            while (leases.answersToLose.get() > 0) {
                Thread.onSpinWait();
            }
            leases.away = true;
            outcome.incrementAndGet();
        });
        node.credit.hold(tenant, Purse.of(wallet), 60_000, answer::complete);
        Credit.Hold hold = answer.orTimeout(30, TimeUnit.SECONDS).join();
        await().atMost(Duration.ofSeconds(5)).until(() -> !cut.isAlive());
        if (hold instanceof Credit.Hold.Held) {
            // the second question was quicker
            node.release(hold);
        }
        leases.away = false;
        node.desk.retryPending();
        node.credit.giveBackAll();
        await().atMost(Duration.ofSeconds(10)).until(() -> counter("leased_nanos") == 0);
    }

    @Test
    void saysThatItDoesNotKnowWhilePostgresIsAwayAndServesFromItsLeaseMeanwhile() {
        balance(1_000_000);
        Node node = node();
        Credit.Hold first = node.hold(1_000);
        long free = node.credit.free(wallet);
        assertThat(free).isPositive();
        node.leases.away = true;

        Credit.Hold second = node.hold(free);
        assertThat(second).isInstanceOf(Credit.Hold.Held.class);
        assertThat(node.hold(1)).isInstanceOf(Credit.Hold.Unavailable.class);

        node.leases.away = false;
        Credit.Hold third = node.hold(1);
        assertThat(third).isInstanceOf(Credit.Hold.Held.class);
        node.release(first);
        node.release(second);
        node.release(third);
    }

    @Test
    void takesAReturnOnceHoweverOftenItIsSent() {
        balance(100_000);
        Node node = node();
        node.release(node.hold(60_000));
        long leased = counter("leased_nanos");
        assertThat(leased).isEqualTo(60_000);
        node.leases.answersToLose.set(3);

        node.credit.giveBackAll();

        await().atMost(Duration.ofSeconds(10)).until(() -> {
            node.desk.retryPending();
            return node.leases.answersToLose.get() == 0;
        });
        node.desk.retryPending();
        assertThat(counter("leased_nanos")).isZero();
        assertThat(counter("limit_nanos - spent_nanos")).isEqualTo(100_000);
    }

    /** As after a restore to a moment before the return: the gateway still knows what it took and did not bring back. */
    @Test
    void givesBackAgainWhatARestoredDatabaseForgotAndNothingElse() {
        balance(100_000);
        Node node = node();
        Credit.Hold kept = node.hold(20_000);
        node.release(node.hold(60_000));
        long before = counter("leased_nanos");
        long limit = node.credit.free(wallet);
        assertThat(limit).isPositive();
        assertThat(node.desk.giveBackWhatWasForgotten()).isTrue();
        assertThat(counter("leased_nanos")).as("nothing was forgotten yet").isEqualTo(before);

        node.credit.recall(wallet);
        await().atMost(Duration.ofSeconds(10)).until(() -> counter("leased_nanos") == before - limit);
        system.sql("update billing.counters set leased_nanos = leased_nanos + ? where id = ?")
                .params(limit, wallet)
                .update();
        system.sql("update billing.leases set granted_nanos = granted_nanos + ? where counter_id = ? and"
                        + " journal_id = ?")
                .params(limit, wallet, node.journal)
                .update();

        await().atMost(Duration.ofSeconds(10)).until(node.desk::giveBackWhatWasForgotten);
        assertThat(counter("leased_nanos")).isEqualTo(before - limit);
        assertThat(node.credit.held(wallet)).isEqualTo(20_000);
        node.release(kept);
    }
}
