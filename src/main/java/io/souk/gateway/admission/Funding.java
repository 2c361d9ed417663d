package io.souk.gateway.admission;

import io.souk.kernel.FundingKind;
import java.util.UUID;

/** What one counter contributes to a hold, in 1e-9 of the currency. */
public record Funding(UUID counterId, FundingKind kind, long nanos) {}
