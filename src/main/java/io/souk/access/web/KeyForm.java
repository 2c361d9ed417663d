package io.souk.access.web;

import io.souk.platform.Name;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.validation.BindingResult;

/**
 * What a key is made of.
 *
 * @param expiry a number of days, {@code never}, or {@code date} for the end of the day {@code until} (UTC)
 */
record KeyForm(
        @NotBlank(message = "Give the key a name, as the program that will use it.") @Name(whose = "A key's name")
        String name,

        @NotNull(message = "Choose a project.") String project,

        @NotNull(message = "Choose how long the key works.") String expiry,

        @Nullable String until) {
    static Map<String, String> expiries() {
        Map<String, String> expiries = new LinkedHashMap<>();
        expiries.put("30", "30 days");
        expiries.put("90", "90 days");
        expiries.put("365", "365 days");
        expiries.put("never", "Never");
        expiries.put("date", "On a date of your choice");
        return expiries;
    }

    /** When the key stops working, null for never; what is wrong with the choice is noted in {@code result}. */
    @Nullable
    Instant expiresAt(Instant now, BindingResult result) {
        if (expiry == null || expiry.equals("never")) {
            return null;
        }
        if (expiry.equals("date")) {
            return endOf(until == null ? "" : until.strip(), now, result);
        }
        if (!expiries().containsKey(expiry)) {
            result.rejectValue("expiry", "expiry", "Choose one of the spans.");
            return null;
        }
        return now.plus(Integer.parseInt(expiry), ChronoUnit.DAYS);
    }

    private static @Nullable Instant endOf(String day, Instant now, BindingResult result) {
        try {
            Instant end = LocalDate.parse(day)
                    .plusDays(1)
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
            if (end.isAfter(now) && end.isBefore(now.plus(36_500, ChronoUnit.DAYS))) {
                return end;
            }
            result.rejectValue("until", "until", "Choose today or a later day, at most a hundred years ahead.");
        } catch (DateTimeParseException e) {
            result.rejectValue("until", "until", "Write the last day as year-month-day, like 2027-01-31.");
        }
        return null;
    }
}
