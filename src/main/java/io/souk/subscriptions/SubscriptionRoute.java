package io.souk.subscriptions;

import io.souk.kernel.TenantId;
import java.util.UUID;

/** What a gateway knows of a subscription. @param active whether it has not ended */
public record SubscriptionRoute(TenantId tenant, UUID id, UUID offerId, boolean active) {}
