package io.souk.billing;

import io.souk.kernel.Money;

/**
 * What an organisation can spend.
 *
 * @param balance credit that was paid for and is not used; settled calls are taken off
 * @param promotional credit that was given for nothing and is not used; spent before the balance
 * @param held the part of the balance that gateways hold for calls; what calls do not need comes back
 * @param creditLineLeft what may still be spent on invoice; zero where none was approved
 */
public record WalletView(Money balance, Money promotional, Money held, Money creditLineLeft) {
    /**
     * All credit that calls may spend, bought or given; what may be spent on invoice comes on top. Negative only where
     * more was spent than was bought and nothing was given: an overdrawn balance takes nothing off what was given.
     */
    public Money credit() {
        return balance.isNegative() && !promotional.isZero() ? promotional : balance.plus(promotional);
    }

    /** What no gateway holds. */
    public Money free() {
        return balance.minus(held);
    }
}
