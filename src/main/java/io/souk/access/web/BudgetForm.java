package io.souk.access.web;

import io.souk.access.BudgetPeriod;
import io.souk.kernel.Money;
import io.souk.platform.TypedAmount;
import java.math.BigDecimal;
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
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000L);

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
        switch (TypedAmount.of(amount, 9)) {
            case TypedAmount.Unclear(String reason) -> result.rejectValue("amount", "amount", reason);
            case TypedAmount.Read(BigDecimal units) -> {
                if (units.signum() > 0 && units.compareTo(MOST) <= 0) {
                    return new Money(units.movePointRight(9).longValueExact(), currency);
                }
                result.rejectValue(
                        "amount", "amount", "Write an amount above zero and at most 1,000,000,000, like 50 or 0.25.");
            }
        }
        return null;
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
