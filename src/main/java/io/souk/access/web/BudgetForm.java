package io.souk.access.web;

import io.souk.access.BudgetPeriod;
import io.souk.kernel.Money;
import io.souk.platform.TypedAmount;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.validation.BindingResult;

/**
 * A budget as people type it.
 *
 * @param period a {@link BudgetPeriod}'s name
 * @param end {@code refuse} or {@code tell}
 */
record BudgetForm(String amount, String period, String end) {
    static final BudgetForm EMPTY = new BudgetForm("", BudgetPeriod.MONTH.name(), "refuse");
    private static final long MOST = 1_000_000_000;

    static Map<String, String> periods() {
        Map<String, String> periods = new LinkedHashMap<>();
        periods.put(BudgetPeriod.DAY.name(), "A day (UTC)");
        periods.put(BudgetPeriod.MONTH.name(), "A calendar month (UTC)");
        periods.put(BudgetPeriod.TOTAL.name(), "In all, all past spending included");
        return periods;
    }

    static Map<String, String> ends() {
        Map<String, String> ends = new LinkedHashMap<>();
        ends.put("refuse", "Calls are refused");
        ends.put("tell", "We tell you, and calls go on");
        return ends;
    }

    /** The amount, or null with the reason in {@code result}. */
    @Nullable
    Money money(String currency, BindingResult result) {
        return TypedAmount.aboveZero("amount", amount, 9, MOST, currency, result);
    }

    /** The period, or null with the reason in {@code result}. */
    @Nullable
    BudgetPeriod chosen(BindingResult result) {
        for (BudgetPeriod known : BudgetPeriod.values()) {
            if (known.name().equals(period)) {
                return known;
            }
        }
        result.rejectValue("period", "period", "Choose one of the periods.");
        return null;
    }

    boolean isHard(BindingResult result) {
        if (!ends().containsKey(end)) {
            result.rejectValue("end", "end", "Choose what happens at the end.");
        }
        return "refuse".equals(end);
    }
}
