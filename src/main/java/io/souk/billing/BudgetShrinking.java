package io.souk.billing;

import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Lets budgets that were made smaller become so as credit comes back from gateways. */
@Component
@ConditionalOnRole(Role.WORKER)
class BudgetShrinking {
    private static final Logger log = LoggerFactory.getLogger(BudgetShrinking.class);

    private final BudgetCounters counters;

    BudgetShrinking(BudgetCounters counters) {
        this.counters = counters;
    }

    @Scheduled(fixedDelay = 2_000)
    void shrink() {
        try {
            counters.shrink();
        } catch (RuntimeException later) {
            log.warn("budgets that were made smaller stay as they are for now: {}", later.toString());
        }
    }
}
