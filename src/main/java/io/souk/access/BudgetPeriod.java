package io.souk.access;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How often a budget starts anew: at midnight of UTC, as all reports are by days of UTC. */
public enum BudgetPeriod {
    DAY("a day"),
    MONTH("a month"),
    /** Never: everything that was ever spent counts. */
    TOTAL("in all");

    private final String words;

    BudgetPeriod(String words) {
        this.words = words;
    }

    /** For people, as {@code a month}. */
    public String words() {
        return words;
    }

    String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    static BudgetPeriod ofColumn(String column) {
        return valueOf(column.toUpperCase(Locale.ROOT));
    }

    /**
     * One span of a budget.
     *
     * @param start inclusive
     * @param end exclusive; null for never
     */
    public record Window(Instant start, @Nullable Instant end) {}

    /** The window that this moment is in. */
    Window at(Instant moment) {
        LocalDate day = LocalDate.ofInstant(moment, ZoneOffset.UTC);
        return switch (this) {
            case DAY -> window(day, day.plusDays(1));
            case MONTH -> window(day.withDayOfMonth(1), day.withDayOfMonth(1).plusMonths(1));
            case TOTAL -> new Window(Instant.EPOCH, null);
        };
    }

    private static Window window(LocalDate from, LocalDate to) {
        return new Window(
                from.atStartOfDay(ZoneOffset.UTC).toInstant(),
                to.atStartOfDay(ZoneOffset.UTC).toInstant());
    }
}
