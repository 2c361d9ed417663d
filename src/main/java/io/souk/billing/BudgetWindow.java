package io.souk.billing;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One window of a budget that must not be exceeded, and its counter.
 *
 * @param endsAt when it is over, exclusive; null for never
 * @param limitNanos what may be spent in it, in 1e-9 of the currency: what the budget says, or more while more was spent
 *     or is on lease
 * @param leasedNanos what gateways have taken out and may still spend
 */
public record BudgetWindow(
        UUID budgetId,
        UUID counterId,
        Instant startsAt,
        @Nullable Instant endsAt,
        long limitNanos,
        long spentNanos,
        long leasedNanos) {}
