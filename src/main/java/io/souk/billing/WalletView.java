package io.souk.billing;

import io.souk.kernel.Money;

/**
 * What an organisation can spend.
 *
 * @param balance credit that was paid for and is not used; settled calls are taken off
 * @param held the part of the balance that gateways hold for calls; what calls do not need comes back
 * @param creditLineLeft what may still be spent on invoice; zero where none was approved
 */
public record WalletView(Money balance, Money held, Money creditLineLeft) {
    /** What no gateway holds. */
    public Money free() {
        return balance.minus(held);
    }
}
