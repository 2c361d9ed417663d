package io.souk.local;

import io.souk.billing.Wallets;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import org.springframework.stereotype.Component;

/** The demo customer's credit. */
@Component
@ConditionalOnLocalMode
class DemoTopUp {
    private final Wallets wallets;

    DemoTopUp(Wallets wallets) {
        this.wallets = wallets;
    }

    void ensure(TenantId tenant) {
        Tenant.run(tenant, () -> wallets.credit(Money.ofMinor(2_000, "USD"), "topup:demo", "Demo credit"));
    }
}
