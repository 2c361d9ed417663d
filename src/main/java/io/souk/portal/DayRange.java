package io.souk.portal;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.web.server.ResponseStatusException;

/**
 * The days (UTC) that a page is about, as its address says them.
 *
 * @param name one of the choices, or {@code custom}
 * @param to the last day, which is one of them
 * @param problem what is wrong with the address, for which these are the last 30 days; empty where they are what it says
 */
public record DayRange(String name, LocalDate from, LocalDate to, String problem) {
    private static final int MOST_DAYS = 366;
    private static final String USUAL = "30d";
    private static final Map<String, String> WORDS = Map.of(
            "today",
            "Today",
            "7d",
            "7 days",
            USUAL,
            "30 days",
            "90d",
            "90 days",
            "month",
            "This month",
            "year",
            "A year");

    /** @param range a choice; empty or {@code custom} where the days say it. Each may be empty */
    public static DayRange of(String range, String from, String to, LocalDate today) {
        boolean named = !range.isEmpty() && !range.equals("custom");
        if (named && !WORDS.containsKey(range)) {
            return wrong("There is no range of days called \u201c" + range + "\u201d.", today);
        }
        if (named || (from.isBlank() && to.isBlank())) {
            return chosen(named ? range : USUAL, today);
        }
        LocalDate last;
        LocalDate first;
        try {
            last = to.isBlank() ? today : day(to);
            first = from.isBlank() ? last : day(from);
        } catch (DateTimeParseException e) {
            return wrong(
                    "\u201c" + e.getParsedString() + "\u201d is no day. Write days as year-month-day, like 2027-01-31.",
                    today);
        }
        if (first.isAfter(last)) {
            return wrong("The first day, " + first + ", is after the last, " + last + ".", today);
        }
        if (first.isBefore(last.minusDays(MOST_DAYS - 1L))) {
            return wrong(
                    "From " + first + " to " + last + " is too long: choose at most " + MOST_DAYS + " days.", today);
        }
        return new DayRange("custom", first, last, "");
    }

    private static DayRange chosen(String name, LocalDate today) {
        LocalDate first = switch (name) {
            case "today" -> today;
            case "7d" -> today.minusDays(6);
            case "90d" -> today.minusDays(89);
            case "month" -> today.withDayOfMonth(1);
            case "year" -> today.minusDays(MOST_DAYS - 1L);
            default -> today.minusDays(29);
        };
        return new DayRange(name, first, today, "");
    }

    private static DayRange wrong(String why, LocalDate today) {
        DayRange usual = chosen(USUAL, today);
        return new DayRange(usual.name, usual.from, usual.to, why);
    }

    private static LocalDate day(String text) {
        LocalDate day = LocalDate.parse(text.strip());
        if (day.getYear() < 2000 || day.getYear() > 2999) {
            throw new DateTimeParseException("a day of another millennium", text, 0);
        }
        return day;
    }

    /** Shows the days on a page, with the problem, and ranges to choose from in this order. */
    public void fill(Model model, String... names) {
        Map<String, String> choices = new LinkedHashMap<>();
        for (String name : names) {
            choices.put(name, WORDS.getOrDefault(name, name));
        }
        model.addAttribute("range", this);
        model.addAttribute("ranges", choices);
        if (!problem.isEmpty()) {
            model.addAttribute("problem", problem + " These are the last 30 days.");
        }
    }

    /** These days, for a file: it is not made of others than were asked for. @throws ResponseStatusException 400 */
    public DayRange orRefuse() {
        if (!problem.isEmpty()) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, problem);
        }
        return this;
    }
}
