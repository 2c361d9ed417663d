package io.souk.access;

import io.souk.billing.BudgetWindow;
import io.souk.kernel.TenantId;
import java.util.List;
import java.util.UUID;

/**
 * A hard budget as gateways know it.
 *
 * @param subject the key, the project or the organisation
 * @param windows those that are not over and have a counter
 */
public record BudgetRoute(
        UUID id,
        TenantId tenant,
        Scope scope,
        UUID subject,
        BudgetPeriod period,
        long amountNanos,
        String currency,
        List<BudgetWindow> windows) {}
