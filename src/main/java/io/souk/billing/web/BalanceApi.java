package io.souk.billing.web;

import io.souk.billing.WalletView;
import io.souk.billing.Wallets;
import io.souk.platform.Amount;
import io.souk.tenancy.access.ApiScope;
import io.swagger.v3.oas.annotations.Operation;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the organisation of a token has left to spend. */
@RestController
@RequestMapping("/api/v1/balance")
class BalanceApi {
    private final Wallets wallets;

    BalanceApi(Wallets wallets) {
        this.wallets = wallets;
    }

    /**
     * What can be spent.
     *
     * @param balance credit that was paid for and is not used; settled calls are taken off
     * @param promotional credit that was given and is not used; it is spent first
     * @param held the part of the balance that is set aside for calls that run; what they do not need comes back
     * @param creditLineLeft what may still be spent on invoice; 0 where none was approved
     */
    record Balance(Amount balance, Amount promotional, Amount held, Amount creditLineLeft) {}

    @GetMapping
    @ApiScope("billing.read")
    @Operation(
            operationId = "getBalance",
            summary = "Read the balance",
            description = "Calls are taken off within two seconds of their end.")
    Balance balance() {
        WalletView wallet = wallets.wallet();
        return new Balance(
                Amount.of(wallet.balance()),
                Amount.of(wallet.promotional()),
                Amount.of(wallet.held()),
                Amount.of(wallet.creditLineLeft()));
    }
}
