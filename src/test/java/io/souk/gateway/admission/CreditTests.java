package io.souk.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.gateway.admission.Credit.Hold;
import io.souk.kernel.FundingKind;
import io.souk.kernel.TenantId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class CreditTests {
    private final TenantId tenant = new TenantId(UUID.randomUUID());
    private final UUID wallet = UUID.randomUUID();
    private final UUID line = UUID.randomUUID();
    private final AtomicLong now = new AtomicLong();

    @Test
    void holdsWhatThereIsAndRefusesWhatThereIsNot() {
        Bank bank = new Bank(Map.of(wallet, 100L));
        Credit credit = new Credit(bank, now::get);

        assertThat(hold(credit, List.of(wallet), 60))
                .isEqualTo(new Hold.Held(List.of(new Funding(wallet, FundingKind.MONEY, 60))));
        assertThat(hold(credit, List.of(wallet), 60)).isInstanceOf(Hold.Insufficient.class);
        assertThat(hold(credit, List.of(wallet), 40))
                .isEqualTo(new Hold.Held(List.of(new Funding(wallet, FundingKind.MONEY, 40))));
    }

    @Test
    void unusedMoneyIsFreeAgainAtOnce() {
        Bank bank = new Bank(Map.of(wallet, 100L));
        Credit credit = new Credit(bank, now::get);
        hold(credit, List.of(wallet), 100);

        credit.release(wallet, 70);

        assertThat(hold(credit, List.of(wallet), 70)).isInstanceOf(Hold.Held.class);
        assertThat(hold(credit, List.of(wallet), 1)).isInstanceOf(Hold.Insufficient.class);
    }

    @Test
    void spendsTheNextCounterOnlyForWhatTheOneBeforeCannotGive() {
        Bank bank = new Bank(Map.of(wallet, 30L, line, 100L));
        Credit credit = new Credit(bank, now::get);

        assertThat(hold(credit, List.of(wallet, line), 50))
                .isEqualTo(new Hold.Held(
                        List.of(new Funding(wallet, FundingKind.MONEY, 30), new Funding(line, FundingKind.MONEY, 20))));
        assertThat(hold(credit, List.of(wallet, line), 81)).isInstanceOf(Hold.Insufficient.class);
        assertThat(hold(credit, List.of(wallet, line), 80)).isInstanceOf(Hold.Held.class);
    }

    @Test
    void saysThatItDoesNotKnowWhenTheSourceIsAway() {
        Bank bank = new Bank(Map.of(wallet, 100L));
        bank.away = true;

        assertThat(hold(new Credit(bank, now::get), List.of(wallet), 1)).isEqualTo(new Hold.Unavailable());
    }

    @Test
    void givesBackWhatLiesIdle() {
        Bank bank = new Bank(Map.of(wallet, 1_000L));
        Credit credit = new Credit(bank, now::get);
        hold(credit, List.of(wallet), 10);
        credit.release(wallet, 4);

        sweep(credit, 2);
        assertThat(credit.free(wallet))
                .as("soon after a call the next one may come")
                .isPositive();
        sweep(credit, 2);

        assertThat(bank.left(wallet)).isEqualTo(1_000 - 6);
    }

    private static void sweep(Credit credit, int times) {
        for (int i = 0; i < times; i++) {
            credit.sweep();
        }
    }

    @Test
    void aHoldOfNothingNeedsNoCredit() {
        Bank bank = new Bank(Map.of());
        bank.away = true;

        assertThat(hold(new Credit(bank, now::get), List.of(wallet), 0)).isInstanceOf(Hold.Held.class);
    }

    @Test
    void exactlyAsManyParallelCallsPassAsTheBalanceCovers() throws Exception {
        for (int round = 0; round < 20; round++) {
            Bank bank = new Bank(Map.of(wallet, 100L * 7));
            ExecutorService answers = Executors.newFixedThreadPool(4);
            bank.answers = answers;
            Credit credit = new Credit(bank, now::get);
            AtomicInteger held = new AtomicInteger();
            CountDownLatch decided = new CountDownLatch(500);
            try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
                for (int i = 0; i < 500; i++) {
                    callers.execute(() -> credit.hold(tenant, Purse.of(wallet), 7, outcome -> {
                        if (outcome instanceof Hold.Held) {
                            held.incrementAndGet();
                        }
                        decided.countDown();
                    }));
                }
                assertThat(decided.await(10, TimeUnit.SECONDS)).isTrue();
            }
            answers.shutdown();

            assertThat(held).hasValue(100);
            assertThat(bank.left(wallet)).isZero();
        }
    }

    @Test
    void nothingIsLostOrMadeUpByRandomHoldsAndReleases() throws Exception {
        Bank bank = new Bank(Map.of(wallet, 5_000L, line, 2_000L));
        ExecutorService answers = Executors.newFixedThreadPool(3);
        bank.answers = answers;
        Credit credit = new Credit(bank, now::get);
        AtomicLong spent = new AtomicLong();
        int threads = 6;
        int callsEach = 2_000;
        CountDownLatch ended = new CountDownLatch(threads * callsEach);
        try (ExecutorService callers = Executors.newFixedThreadPool(threads)) {
            for (int t = 0; t < threads; t++) {
                Random random = new Random(t);
                callers.execute(() -> {
                    for (int i = 0; i < callsEach; i++) {
                        long amount = random.nextLong(1, 200);
                        long used = random.nextInt(50) == 0 ? amount / 10 : 0;
                        credit.hold(tenant, Purse.of(List.of(wallet, line)), amount, outcome -> {
                            if (outcome instanceof Hold.Held(List<Funding> funding)) {
                                assertThat(funding.stream()
                                                .mapToLong(Funding::nanos)
                                                .sum())
                                        .isEqualTo(amount);
                                long rest = used;
                                for (Funding part : funding) {
                                    long taken = Math.min(rest, part.nanos());
                                    rest -= taken;
                                    credit.release(part.counterId(), part.nanos() - taken);
                                }
                                spent.addAndGet(used);
                            }
                            ended.countDown();
                        });
                    }
                });
            }
            for (int i = 0; i < 20_000 && !ended.await(1, TimeUnit.MILLISECONDS); i++) {
                now.addAndGet(TimeUnit.MILLISECONDS.toNanos(Credit.TICK_MILLIS));
                credit.tick();
            }
            assertThat(ended.getCount()).isZero();
        }
        credit.giveBackAll();
        answers.shutdown();

        assertThat(bank.left(wallet) + bank.left(line) + spent.get()).isEqualTo(7_000);
    }

    private Hold hold(Credit credit, List<UUID> counters, long nanos) {
        List<Hold> outcomes = new ArrayList<>();
        credit.hold(tenant, Purse.of(counters), nanos, outcomes::add);
        // nobody waits longer than this
        for (int i = 0; i < 40 && outcomes.isEmpty(); i++) {
            now.addAndGet(TimeUnit.MILLISECONDS.toNanos(Credit.TICK_MILLIS));
            credit.tick();
        }
        assertThat(outcomes).hasSize(1);
        return outcomes.getFirst();
    }

    /** Grants as billing does: at most an eighth of what is left above the need. */
    private static final class Bank implements LeaseSource {
        private final Map<UUID, Long> left;
        private boolean away;
        private Executor answers = Runnable::run;

        Bank(Map<UUID, Long> limits) {
            left = new HashMap<>(limits);
        }

        @Override
        public void grant(TenantId tenant, UUID counterId, Wish wish, Consumer<Grant> then) {
            Runnable answer = () -> then.accept(away ? new Grant.Unavailable() : take(counterId, wish));
            answers.execute(answer);
        }

        private synchronized Grant take(UUID counterId, Wish wish) {
            long available = left.getOrDefault(counterId, 0L);
            long granted = Math.min(available, Math.max(wish.need(), Math.min(wish.want(), available / 8)));
            if (granted < wish.need() && granted < wish.least()) {
                granted = 0;
            }
            left.put(counterId, available - granted);
            return new Grant.Granted(granted, false);
        }

        @Override
        public synchronized void giveBack(TenantId tenant, UUID counterId, long nanos) {
            left.merge(counterId, nanos, Long::sum);
        }

        synchronized long left(UUID counterId) {
            return left.getOrDefault(counterId, 0L);
        }
    }
}
