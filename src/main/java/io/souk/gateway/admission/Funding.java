package io.souk.gateway.admission;

import java.util.UUID;

/** What one counter contributes to a hold, in 1e-9 of the currency. */
public record Funding(UUID counterId, long nanos) {}
