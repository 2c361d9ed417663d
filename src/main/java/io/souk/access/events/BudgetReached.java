package io.souk.access.events;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A budget is nearly or wholly used up; told once in each of its windows.
 *
 * @param emails of the members who see to the organisation's money
 * @param whose what the budget is of, in words, as {@code the API key "Nightly summaries"}
 * @param budget in words, as {@code 50.00 USD a month}
 * @param spent in words, as {@code 41.20 USD}
 * @param percent 80 or 100
 * @param hard whether calls are refused at its end
 * @param resetsAt when it starts anew; null for never
 * @param link to the page where it is set
 */
public record BudgetReached(
        List<String> emails,
        String organisation,
        String whose,
        String budget,
        String spent,
        int percent,
        boolean hard,
        @Nullable Instant resetsAt,
        String link) {
    public BudgetReached {
        emails = List.copyOf(emails);
    }
}
