package io.souk.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.gateway.admission.Credit.Hold;
import io.souk.kernel.FundingKind;
import io.souk.kernel.TenantId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Several gateways over the same counters, step by step and without threads. */
class SharedCreditTests {
    private final TenantId tenant = new TenantId(UUID.randomUUID());
    private final UUID promo = UUID.randomUUID();
    private final UUID wallet = UUID.randomUUID();
    private final UUID cap = UUID.randomUUID();
    private final AtomicLong now = new AtomicLong();

    @Test
    void holdsTheSameAgainOfEveryCapOrNothingAtAll() {
        Bank bank = new Bank(Map.of(wallet, 1_000L, cap, 100L));
        Gateway gateway = new Gateway(bank);
        Purse purse = new Purse(List.of(wallet), List.of(cap));

        assertThat(gateway.hold(purse, 60))
                .isEqualTo(new Hold.Held(
                        List.of(new Funding(wallet, FundingKind.MONEY, 60), new Funding(cap, FundingKind.CAP, 60))));
        assertThat(gateway.hold(purse, 41)).isEqualTo(new Hold.Insufficient(FundingKind.CAP, cap));

        assertThat(gateway.credit.held(wallet)).isEqualTo(60);
        assertThat(gateway.credit.held(cap)).isEqualTo(60);
        assertThat(gateway.hold(purse, 40)).isInstanceOf(Hold.Held.class);
    }

    @Test
    void getsWhatAnotherGatewayHasAndDoesNotUse() {
        Bank bank = new Bank(Map.of(wallet, 100L));
        Gateway rich = new Gateway(bank);
        Gateway poor = new Gateway(bank);
        rich.release(rich.hold(Purse.of(wallet), 100));

        assertThat(poor.hold(Purse.of(wallet), 80)).isInstanceOf(Hold.Held.class);
    }

    @Test
    void getsWhatBecomesFreeElsewhereWhileItWaits() {
        Bank bank = new Bank(Map.of(wallet, 100L));
        Gateway rich = new Gateway(bank);
        Gateway poor = new Gateway(bank);
        Hold held = rich.hold(Purse.of(wallet), 100);
        List<Hold> outcomes = new ArrayList<>();
        poor.credit.hold(tenant, Purse.of(wallet), 50, outcomes::add);
        pass(100);
        assertThat(outcomes).isEmpty();

        rich.release(held);
        pass(100);

        assertThat(outcomes).singleElement().isInstanceOf(Hold.Held.class);
    }

    @Test
    void refusesWithinItsPatienceWhatIsHeldElsewhereAndAtOnceWhatIsNot() {
        Bank bank = new Bank(Map.of(wallet, 100L));
        Gateway rich = new Gateway(bank);
        Gateway poor = new Gateway(bank);
        List<Hold> outcomes = new ArrayList<>();
        poor.credit.hold(tenant, Purse.of(wallet), 101, outcomes::add);
        pass(20);
        assertThat(outcomes).singleElement().isInstanceOf(Hold.Insufficient.class);

        rich.hold(Purse.of(wallet), 100);
        poor.credit.hold(tenant, Purse.of(wallet), 1, outcomes::add);
        pass(200);
        assertThat(outcomes).hasSize(1);
        pass(100);
        assertThat(outcomes).hasSize(2).last().isInstanceOf(Hold.Insufficient.class);
    }

    /** Nobody has to give anything back for it: no gateway is granted part of a hold. */
    @Test
    void lets100CallsPassOf500ThatComeAtOnceOverTwoGateways() {
        for (long each : new long[] {8, 100, 7_777}) {
            Bank bank = new Bank(Map.of(wallet, 100 * each));
            bank.deaf = true;
            List<Gateway> gateways = List.of(new Gateway(bank), new Gateway(bank));
            List<Hold> outcomes = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                gateways.get(i % 2).credit.hold(tenant, Purse.of(wallet), each, outcomes::add);
                if (i % 7 == 0) {
                    pass(5);
                }
            }
            pass(1_000);

            assertThat(outcomes).hasSize(500);
            assertThat(outcomes.stream().filter(Hold.Held.class::isInstance)).hasSize(100);
        }
    }

    /** The time in which others may give something back begins when they are asked for it. */
    @Test
    void isAsPatientWhenTheFirstAnswerWasSlow() {
        Bank bank = new Bank(Map.of(wallet, 100L));
        Gateway rich = new Gateway(bank);
        Gateway poor = new Gateway(bank);
        Hold held = rich.hold(Purse.of(wallet), 100);
        List<Hold> outcomes = new ArrayList<>();
        bank.silent = true;
        poor.credit.hold(tenant, Purse.of(wallet), 50, outcomes::add);
        pass(400);
        bank.silent = false;
        pass(100);
        assertThat(outcomes).isEmpty();

        rich.release(held);
        pass(100);

        assertThat(outcomes).singleElement().isInstanceOf(Hold.Held.class);
    }

    @Test
    void fetchesMoreBeforeItRunsOut() {
        Bank bank = new Bank(Map.of(wallet, 1_000_000L));
        Gateway gateway = new Gateway(bank);
        int refused = 0;
        int waited = 0;
        for (int i = 0; i < 5_000; i++) {
            boolean answered = !bank.hasQuestions();
            List<Hold> outcomes = new ArrayList<>();
            gateway.credit.hold(tenant, Purse.of(wallet), 100, outcomes::add);
            waited += answered && outcomes.isEmpty() ? 1 : 0;
            pass(10);
            refused += outcomes.getFirst() instanceof Hold.Held ? 0 : 1;
        }
        assertThat(refused).isZero();
        assertThat(waited).as("calls that had to wait for the bank").isLessThan(10);
        assertThat(bank.asked).as("questions for 5,000 calls").isLessThan(200);
    }

    @Test
    void isNotAskedForeverWhenNobodyAnswers() {
        Bank bank = new Bank(Map.of(wallet, 100L));
        bank.silent = true;
        Gateway gateway = new Gateway(bank);

        assertThat(gateway.hold(Purse.of(wallet), 1)).isInstanceOf(Hold.Unavailable.class);
    }

    @Test
    void spendsTheEarlierCounterThoughAnotherGatewayHasIt() {
        Bank bank = new Bank(Map.of(promo, 50L, wallet, 10L));
        Gateway rich = new Gateway(bank);
        Gateway poor = new Gateway(bank);
        rich.release(rich.hold(Purse.of(promo), 50));

        assertThat(poor.hold(Purse.of(List.of(promo, wallet)), 30)).isInstanceOf(Hold.Held.class);
    }

    /** What the balance and the budget cover passes, what they do not is refused; call after call, nothing else matters. */
    @Test
    void decidesAsASequentialBookWould() {
        int decided = 0;
        int refused = 0;
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            Map<UUID, Long> limits = Map.of(promo, 300L, wallet, 2_000L, cap, 1_500L);
            Bank bank = new Bank(limits);
            List<Gateway> gateways = List.of(new Gateway(bank), new Gateway(bank), new Gateway(bank));
            long money = 2_300;
            long budget = 1_500;
            List<Running> running = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                Gateway gateway = gateways.get(random.nextInt(3));
                if (random.nextInt(3) > 0) {
                    long nanos = random.nextInt(8) == 0 ? random.nextLong(1, 2_000) : random.nextLong(1, 120);
                    boolean capped = random.nextBoolean();
                    Purse purse = new Purse(List.of(promo, wallet), capped ? List.of(cap) : List.of());
                    boolean covered = nanos <= money && (!capped || nanos <= budget);
                    Hold hold = gateway.hold(purse, nanos);
                    assertThat(hold instanceof Hold.Held)
                            .as("seed %d, step %d: %d of %d, budget %d of %d", seed, i, nanos, money, nanos, budget)
                            .isEqualTo(covered);
                    decided++;
                    refused += covered ? 0 : 1;
                    if (hold instanceof Hold.Held held) {
                        running.add(new Running(gateway, held, nanos, capped));
                        money -= nanos;
                        budget -= capped ? nanos : 0;
                    }
                } else if (!running.isEmpty()) {
                    Running ended = running.remove(random.nextInt(running.size()));
                    long charge = random.nextInt(10) == 0 ? random.nextLong(ended.nanos + 1) / 8 : 0;
                    ended.gateway.close(ended.held, charge);
                    money += ended.nanos - charge;
                    budget += ended.capped ? ended.nanos - charge : 0;
                }
                if (random.nextInt(20) == 0) {
                    gateways.forEach(each -> each.credit.sweep());
                    pass(random.nextInt(400));
                }
            }
            for (Running left : running) {
                left.gateway.close(left.held, 0);
                money += left.nanos;
            }
            gateways.forEach(each -> each.credit.giveBackAll());
            pass(100);
            assertThat(bank.left(promo) + bank.left(wallet)).as("seed %d", seed).isEqualTo(money);
            for (Gateway gateway : gateways) {
                for (UUID counter : limits.keySet()) {
                    assertThat(gateway.credit.held(counter) + gateway.credit.free(counter))
                            .isZero();
                }
            }
        }
        assertThat(refused).isGreaterThan(100);
        assertThat(decided).isGreaterThan(10_000);
    }

    private record Running(Gateway gateway, Hold.Held held, long nanos, boolean capped) {}

    private final List<Gateway> all = new ArrayList<>();

    /** Lets time pass for everybody; the bank's answers and news take a few milliseconds. */
    private void pass(int millis) {
        for (int i = 0; i < millis; i += 5) {
            now.addAndGet(TimeUnit.MILLISECONDS.toNanos(5));
            all.stream().map(gateway -> gateway.bank).distinct().forEach(Bank::work);
            if (i % 10 == 0) {
                all.forEach(gateway -> gateway.credit.tick());
            }
        }
    }

    private final class Gateway implements LeaseSource {
        private final Bank bank;
        private final Credit credit = new Credit(this, now::get);

        Gateway(Bank bank) {
            this.bank = bank;
            bank.gateways.add(this);
            all.add(this);
        }

        Hold hold(Purse purse, long nanos) {
            List<Hold> outcomes = new ArrayList<>();
            credit.hold(tenant, purse, nanos, outcomes::add);
            for (int i = 0; i < 800 && outcomes.isEmpty(); i++) {
                pass(5);
            }
            assertThat(outcomes).hasSize(1);
            return outcomes.getFirst();
        }

        void release(Hold hold) {
            assertThat(hold).isInstanceOf(Hold.Held.class);
            close((Hold.Held) hold, 0);
        }

        void close(Hold.Held held, long charge) {
            long money = charge;
            for (Funding part : held.funding()) {
                long spent = part.kind() == FundingKind.CAP ? charge : Math.min(money, part.nanos());
                money -= part.kind() == FundingKind.CAP ? 0 : spent;
                credit.release(part.counterId(), part.nanos() - spent);
                credit.spend(part.counterId(), spent);
                bank.settle(this, part.counterId(), spent);
            }
        }

        @Override
        public void grant(TenantId tenant, UUID counterId, Wish wish, Consumer<Grant> then) {
            bank.asked++;
            bank.work.add(() -> then.accept(bank.take(this, counterId, wish)));
        }

        @Override
        public void giveBack(TenantId tenant, UUID counterId, long nanos) {
            bank.work.add(() -> bank.back(this, counterId, nanos));
        }
    }

    /** Grants, takes back and calls back as billing does. */
    private static final class Bank {
        private final Map<UUID, Long> left;
        private final Map<Gateway, Map<UUID, Long>> leased = new HashMap<>();
        private final List<Gateway> gateways = new ArrayList<>();
        private final Queue<Runnable> work = new ArrayDeque<>();
        private boolean silent;
        private boolean deaf;
        private int asked;

        Bank(Map<UUID, Long> limits) {
            left = new HashMap<>(limits);
        }

        boolean hasQuestions() {
            return !work.isEmpty();
        }

        void work() {
            for (int i = silent ? 0 : work.size(); i > 0; i--) {
                work.remove().run();
            }
        }

        LeaseSource.Grant take(Gateway gateway, UUID counterId, LeaseSource.Wish wish) {
            long available = left(counterId);
            long surplus = Math.max(0, Math.min(wish.want(), available / 8) - wish.need());
            long granted = Math.min(available, wish.need() + surplus - surplus % Math.max(1, wish.least()));
            if (granted < wish.need() && granted < wish.least()) {
                granted = 0;
            }
            left.put(counterId, available - granted);
            of(gateway).merge(counterId, granted, Long::sum);
            boolean elsewhere = granted < wish.need()
                    && gateways.stream()
                            .anyMatch(other -> other != gateway && of(other).getOrDefault(counterId, 0L) > 0);
            if (elsewhere && wish.recall() && !deaf) {
                work.add(() -> gateways.forEach(each -> each.credit.recall(counterId)));
            }
            boolean comes = elsewhere || !work.isEmpty();
            return new LeaseSource.Grant.Granted(granted, comes);
        }

        void back(Gateway gateway, UUID counterId, long nanos) {
            left.merge(counterId, nanos, Long::sum);
            of(gateway).merge(counterId, -nanos, Long::sum);
        }

        void settle(Gateway gateway, UUID counterId, long nanos) {
            of(gateway).merge(counterId, -nanos, Long::sum);
        }

        private Map<UUID, Long> of(Gateway gateway) {
            return leased.computeIfAbsent(gateway, each -> new HashMap<>());
        }

        long left(UUID counterId) {
            return left.getOrDefault(counterId, 0L);
        }
    }
}
