package io.souk.billing;

import io.souk.kernel.Ids;
import io.souk.kernel.TenantId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Keeps the order in which counters are spent when gateways could not: a call that was paid from the wallet while
 * promotional credit lay idle elsewhere is moved over to that. What lies idle in the counter is used in the settlement
 * itself; what lies idle on another gateway's lease is noted, asked for, and used when it comes back.
 */
@Component
class Reattribution {
    private final JdbcClient system;
    private final Ledger ledger;
    private final Clock clock;

    Reattribution(@Qualifier("system") JdbcClient system, Ledger ledger, Clock clock) {
        this.system = system;
        this.ledger = ledger;
        this.clock = clock;
    }

    /** A counter whose row is locked; amounts in nano-units as they were before this settlement. */
    record Counter(
            TenantId tenant, UUID id, String kind, String currency, long limit, long spent, long leased, long owed) {
        boolean isMoney() {
            return !kind.equals("budget");
        }

        boolean isCreditLine() {
            return kind.equals("credit_line");
        }

        int rank() {
            return switch (kind) {
                case "promo" -> 0;
                case "wallet" -> 1;
                default -> 2;
            };
        }

        Counter withLeased(long more) {
            return new Counter(tenant, id, kind, currency, limit, spent, leased + more, owed);
        }

        /** What nobody has spent or leased. */
        long idle() {
            return Math.max(0, limit - spent - leased);
        }

        LedgerAccount account() {
            return switch (kind) {
                case "promo" -> LedgerAccount.CUSTOMER_PROMOTION;
                case "wallet" -> LedgerAccount.CUSTOMER_WALLET;
                case "credit_line" -> LedgerAccount.CUSTOMER_RECEIVABLE;
                default -> throw new IllegalStateException("a counter of the kind " + kind + " pays for nothing");
            };
        }
    }

    /** Locks, in id order as every grant does, the counters that are charged and those that could be in their stead. */
    @Transactional(transactionManager = "systemTransactionManager", propagation = Propagation.MANDATORY)
    public Map<UUID, Counter> lock(Map<UUID, TenantId> charged) {
        UUID[] tenants =
                charged.values().stream().map(TenantId::value).distinct().toArray(UUID[]::new);
        Map<UUID, Counter> counters = new TreeMap<>();
        system.sql("""
            select tenant_id, id, kind, currency, limit_nanos, spent_nanos, leased_nanos, owed_nanos
            from billing.counters where tenant_id = any (?)
              and (id = any (?) or kind = 'promo' and limit_nanos > spent_nanos)
            order by id for update\
            """)
                .params(tenants, charged.keySet().toArray(UUID[]::new))
                .query((row, number) -> new Counter(
                        new TenantId(row.getObject("tenant_id", UUID.class)),
                        row.getObject("id", UUID.class),
                        row.getString("kind"),
                        row.getString("currency"),
                        row.getLong("limit_nanos"),
                        row.getLong("spent_nanos"),
                        row.getLong("leased_nanos"),
                        row.getLong("owed_nanos")))
                .list()
                .forEach(counter -> counters.put(counter.id, counter));
        return counters;
    }

    /**
     * What each counter really pays: the same in sum, promotional credit first.
     *
     * @param charged what calls were funded from, money and budgets
     */
    public Map<UUID, Long> inOrder(Map<UUID, Counter> counters, Map<UUID, Long> charged) {
        Map<UUID, Long> paid = new TreeMap<>(charged);
        Map<TenantId, List<Counter>> byTenant = new HashMap<>();
        counters.values().stream()
                .filter(Counter::isMoney)
                .forEach(counter -> byTenant.computeIfAbsent(counter.tenant, tenant -> new ArrayList<>())
                        .add(counter));
        byTenant.values().forEach(own -> {
            if (own.size() > 1) {
                own.sort(Comparator.comparingInt(Counter::rank).thenComparing(Counter::id));
                move(own, paid);
            }
        });
        return paid;
    }

    private static void move(List<Counter> own, Map<UUID, Long> paid) {
        for (int i = 0; i < own.size() && own.get(i).rank() == 0; i++) {
            Counter earlier = own.get(i);
            long idle = earlier.idle();
            for (int j = own.size() - 1; j > i && idle > 0; j--) {
                Counter later = own.get(j);
                long moved = Math.min(idle, paid.getOrDefault(later.id, 0L));
                if (moved > 0 && later.rank() > earlier.rank() && later.currency.equals(earlier.currency)) {
                    paid.merge(later.id, -moved, Math::addExact);
                    paid.merge(earlier.id, moved, Math::addExact);
                    idle -= moved;
                }
            }
        }
    }

    /**
     * Notes what the wallet paid while promotional credit was on lease somewhere, and calls that credit back.
     *
     * @param paid what each counter really paid in this settlement
     */
    public void note(Map<UUID, Counter> counters, Map<UUID, Long> charged, Map<UUID, Long> paid) {
        Map<TenantId, Long> byWallet = new HashMap<>();
        counters.values().stream()
                .filter(counter -> counter.rank() == 1)
                .forEach(wallet -> byWallet.merge(wallet.tenant, paid.getOrDefault(wallet.id, 0L), Math::addExact));
        for (Counter promo : counters.values()) {
            long spentInStead = byWallet.getOrDefault(promo.tenant, 0L);
            if (promo.rank() == 0 && promo.isMoney() && spentInStead > 0) {
                long onLease = promo.leased - charged.getOrDefault(promo.id, 0L);
                long owed = Math.min(spentInStead, Math.max(0, onLease - promo.owed));
                if (owed > 0) {
                    byWallet.merge(promo.tenant, -owed, Math::addExact);
                    system.sql("""
                        update billing.counters set owed_nanos = owed_nanos + ?, recalled_at = clock_timestamp()
                        where tenant_id = ? and id = ?\
                        """).params(owed, promo.tenant.value(), promo.id).update();
                }
            }
        }
    }

    /** Locks, in id order, the counter that something comes back to and, if it owes the wallet, that too. */
    @Transactional(transactionManager = "systemTransactionManager", propagation = Propagation.MANDATORY)
    public void lockForReturn(TenantId tenant, UUID counterId) {
        system.sql("""
            select id from billing.counters c where tenant_id = ?
              and (id = ? or kind = 'wallet' and exists (select 1 from billing.counters p
                  where p.tenant_id = c.tenant_id and p.id = ? and p.owed_nanos > 0))
            order by id for update\
            """)
                .params(tenant.value(), counterId, counterId)
                .query(UUID.class)
                .list();
    }

    /** Promotional credit came back: the wallet has what it spent in its stead. The counter's row is locked. */
    @Transactional(transactionManager = "systemTransactionManager", propagation = Propagation.MANDATORY)
    public void repay(TenantId tenant, UUID counterId, UUID moveId) {
        long due = system.sql("""
            select least(owed_nanos, limit_nanos - spent_nanos - leased_nanos) from billing.counters
            where tenant_id = ? and id = ? and kind = 'promo' and owed_nanos > 0\
            """)
                .params(tenant.value(), counterId)
                .query(Long.class)
                .optional()
                .orElse(0L);
        if (due <= 0) {
            return;
        }
        system.sql("""
            select id, currency, spent_nanos from billing.counters w
            where tenant_id = ? and kind = 'wallet'
              and currency = (select currency from billing.counters where tenant_id = w.tenant_id and id = ?) for update\
            """)
                .params(tenant.value(), counterId)
                .query((row, number) -> new Wallet(
                        row.getObject("id", UUID.class), row.getString("currency"), row.getLong("spent_nanos")))
                .optional()
                .ifPresent(wallet -> repay(tenant, counterId, moveId, wallet, Math.min(due, wallet.spent)));
    }

    private record Wallet(UUID id, String currency, long spent) {}

    private void repay(TenantId tenant, UUID promo, UUID moveId, Wallet wallet, long nanos) {
        system.sql("""
            update billing.counters set spent_nanos = spent_nanos + ?, owed_nanos = owed_nanos - ?
            where tenant_id = ? and id = ?\
            """).params(nanos, nanos, tenant.value(), promo).update();
        if (nanos == 0) {
            return;
        }
        system.sql("update billing.counters set spent_nanos = spent_nanos - ? where tenant_id = ? and id = ?")
                .params(nanos, tenant.value(), wallet.id)
                .update();
        boolean posted = ledger.postAsSystem(new Ledger.Posting(
                        tenant,
                        Ids.next(),
                        "reattribution:" + moveId + ":" + promo,
                        Ledger.Kind.ADJUSTMENT,
                        wallet.currency,
                        "Usage paid from promotional credit instead of the wallet",
                        clock.instant())
                .move(LedgerAccount.CUSTOMER_PROMOTION, LedgerAccount.CUSTOMER_WALLET, nanos));
        if (!posted) {
            throw new IllegalStateException("the reattribution of " + moveId + " on " + promo + " was posted before");
        }
    }
}
