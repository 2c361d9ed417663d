package io.souk.billing;

import io.souk.kernel.Money;

/**
 * What an organisation can spend.
 *
 * @param balance credit that was paid for and is not used; settled calls are taken off
 * @param promotional credit that was given for nothing and is not used; spent before the balance
 * @param creditLineLeft what may still be spent on invoice; zero where none was approved
 */
public record WalletView(Money balance, Money promotional, Money creditLineLeft) {}
