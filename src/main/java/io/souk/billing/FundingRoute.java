package io.souk.billing;

import io.souk.kernel.TenantId;
import java.util.List;
import java.util.UUID;

/**
 * What pays for an organisation's calls, for gateways.
 *
 * @param counters in the order in which they are spent: promotional credit, the wallet, then the credit line where there is one
 */
public record FundingRoute(TenantId tenant, String currency, List<UUID> counters) {}
