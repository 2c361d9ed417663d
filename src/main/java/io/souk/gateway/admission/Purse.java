package io.souk.gateway.admission;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The counters that a call draws on. A hold takes its amount once from the money, each counter giving what the ones
 * before it cannot, and once more from every cap; all of it or nothing.
 *
 * @param money in the order in which they are spent: promotional credit, the wallet, the credit line. Not empty
 * @param caps hard budgets in their present windows
 */
public record Purse(List<UUID> money, List<UUID> caps) {
    public Purse {
        money = List.copyOf(money);
        caps = List.copyOf(caps);
        if (money.isEmpty()) {
            throw new IllegalArgumentException("a call needs a counter that pays for it");
        }
        if (money.size() + caps.size() > 1) {
            Set<UUID> all = new HashSet<>(money);
            all.addAll(caps);
            if (all.size() < money.size() + caps.size()) {
                throw new IllegalArgumentException("a call draws on a counter once: " + money + " and " + caps);
            }
        }
    }

    /** Money alone, under no budget. */
    public static Purse of(List<UUID> money) {
        return new Purse(money, List.of());
    }

    /** A single counter that pays, under no budget. */
    public static Purse of(UUID money) {
        return of(List.of(money));
    }
}
