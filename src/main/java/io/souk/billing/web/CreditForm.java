package io.souk.billing.web;

import io.souk.kernel.Money;
import io.souk.platform.TypedAmount;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.validation.BindingResult;

/**
 * Credit to give away, as it is typed.
 *
 * @param id made with the form, so that sending it twice gives once
 * @param until the last day (UTC) on which it pays, year-month-day; empty for ever
 */
record CreditForm(@Nullable UUID id, String amount, String reason, String until) {
    private static final long MOST = 1_000_000;

    static CreditForm fresh(UUID id) {
        return new CreditForm(id, "", "", "");
    }

    /** The amount, or null with what is wrong in {@code result}. */
    @Nullable
    Money money(String currency, BindingResult result) {
        return TypedAmount.aboveZero("amount", amount, 9, MOST, currency, result);
    }

    /** The reason; what is wrong with it is noted in {@code result}. */
    String said(BindingResult result) {
        String text = reason == null ? "" : reason.strip();
        if (text.isEmpty() || text.length() > 200) {
            result.rejectValue(
                    "reason", "reason", "Say in 1 to 200 characters what it is for. The organisation reads it.");
        }
        return text;
    }

    /** When it expires, null for never; what is wrong with the day is noted in {@code result}. */
    @Nullable
    Instant expiresAt(Instant now, BindingResult result) {
        String day = until == null ? "" : until.strip();
        if (day.isEmpty()) {
            return null;
        }
        try {
            Instant end = LocalDate.parse(day)
                    .plusDays(1)
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
            if (end.isAfter(now)) {
                return end;
            }
            result.rejectValue("until", "until", "Choose today or a later day.");
        } catch (DateTimeParseException e) {
            result.rejectValue("until", "until", "Write the last day as year-month-day, like 2027-01-31.");
        }
        return null;
    }
}
