package io.souk.usage.web;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The days that a page is about, as its address says them. What an address does not say rightly is left out.
 *
 * @param name {@code today}, {@code 7d}, {@code 30d}, {@code month} or {@code custom}
 */
record UsageRange(String name, LocalDate from, LocalDate to) {
    private static final int MOST_DAYS = 366;

    static UsageRange of(String name, String from, String to, LocalDate today) {
        LocalDate first = day(from);
        LocalDate last = day(to);
        if ((name.equals("custom") || name.isEmpty()) && (first != null || last != null)) {
            LocalDate end = last == null ? today : last;
            LocalDate begin = first == null || first.isAfter(end) ? end : first;
            return new UsageRange(
                    "custom", begin.isBefore(end.minusDays(MOST_DAYS)) ? end.minusDays(MOST_DAYS) : begin, end);
        }
        return switch (name) {
            case "today" -> new UsageRange("today", today, today);
            case "7d" -> new UsageRange("7d", today.minusDays(6), today);
            case "month" -> new UsageRange("month", today.withDayOfMonth(1), today);
            default -> new UsageRange("30d", today.minusDays(29), today);
        };
    }

    static Map<String, String> choices() {
        Map<String, String> choices = new LinkedHashMap<>();
        choices.put("today", "Today");
        choices.put("7d", "7 days");
        choices.put("30d", "30 days");
        choices.put("month", "This month");
        return choices;
    }

    private static @Nullable LocalDate day(String text) {
        try {
            LocalDate day = text.isEmpty() ? null : LocalDate.parse(text);
            return day == null || day.getYear() < 2000 || day.getYear() > 2999 ? null : day;
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
