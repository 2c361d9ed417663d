package io.souk.billing;

import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** What counters need while nobody looks: budgets that were made smaller become so, and expired credit is taken back. */
@Component
@ConditionalOnRole(Role.WORKER)
class CounterWork {
    private static final Logger log = LoggerFactory.getLogger(CounterWork.class);

    private final BudgetCounters budgets;
    private final Promotions promotions;

    CounterWork(BudgetCounters budgets, Promotions promotions) {
        this.budgets = budgets;
        this.promotions = promotions;
    }

    @Scheduled(fixedDelay = 2_000)
    void shrink() {
        try {
            budgets.shrink();
        } catch (RuntimeException later) {
            log.warn("budgets that were made smaller stay as they are for now: {}", later.toString());
        }
    }

    @Scheduled(initialDelay = 10_000, fixedDelay = 60_000)
    void expire() {
        try {
            promotions.expire();
        } catch (RuntimeException later) {
            log.warn("expired credit is not taken back for now: {}", later.toString());
        }
    }
}
