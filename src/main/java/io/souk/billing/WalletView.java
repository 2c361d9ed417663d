package io.souk.billing;

import io.souk.kernel.Money;

/**
 * What an organisation can spend.
 *
 * @param balance credit that was paid for and is not used; settled calls are taken off
 * @param creditLineLeft what may still be spent on invoice; zero where none was approved
 */
public record WalletView(Money balance, Money creditLineLeft) {}
