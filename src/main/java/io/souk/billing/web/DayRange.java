package io.souk.billing.web;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The days that a statement is about, as its address says them. What an address does not say rightly is left out.
 *
 * @param name {@code 30d}, {@code 90d}, {@code month}, {@code year} or {@code custom}
 */
record DayRange(String name, LocalDate from, LocalDate to) {
    private static final int MOST_DAYS = 366;

    static DayRange of(String name, String from, String to, LocalDate today) {
        LocalDate first = day(from);
        LocalDate last = day(to);
        if ((name.equals("custom") || name.isEmpty()) && (first != null || last != null)) {
            LocalDate end = last == null ? today : last;
            LocalDate begin = first == null || first.isAfter(end) ? end : first;
            LocalDate earliest = end.minusDays(MOST_DAYS - 1);
            return new DayRange("custom", begin.isBefore(earliest) ? earliest : begin, end);
        }
        return switch (name) {
            case "month" -> new DayRange("month", today.withDayOfMonth(1), today);
            case "90d" -> new DayRange("90d", today.minusDays(89), today);
            case "year" -> new DayRange("year", today.minusDays(MOST_DAYS - 1), today);
            default -> new DayRange("30d", today.minusDays(29), today);
        };
    }

    static Map<String, String> choices() {
        Map<String, String> choices = new LinkedHashMap<>();
        choices.put("month", "This month");
        choices.put("30d", "30 days");
        choices.put("90d", "90 days");
        choices.put("year", "A year");
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
