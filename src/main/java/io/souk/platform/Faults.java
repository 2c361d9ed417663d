package io.souk.platform;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of a request to the management API and gathers everything that is wrong with them, so that a caller is
 * told all of it at once. Whoever reads ends with {@link #refuseIfAny}. Not thread-safe.
 */
public final class Faults {
    /** How many things a page of a list has when nothing is said, and at most. */
    public static final int USUAL_LIMIT = 50;

    public static final int MOST_LIMIT = 200;

    /** Later than every id of a time-ordered kind. */
    private static final UUID LAST = new UUID(-1, -1);

    private final List<Refused.Fault> found = new ArrayList<>();

    public void add(String field, String message) {
        found.add(new Refused.Fault(field, message));
    }

    /** The id, or null where there is none or it is wrong. */
    public @Nullable UUID id(String field, @Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        if (!text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
            add(field, "This is no id. Ids look like 01936f2c-8a54-7cc0-b5a8-6f3b0f9d1e22.");
            return null;
        }
        return UUID.fromString(text);
    }

    /** The id that a page of a list of the newest first goes on before; later than every other for the first page. */
    public UUID cursor(@Nullable String text) {
        UUID before = id("cursor", text);
        return before == null ? LAST : before;
    }

    /** How many things a page may have, {@link #USUAL_LIMIT} where nothing is said. */
    public int limit(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return USUAL_LIMIT;
        }
        if (!text.matches("[1-9][0-9]{0,2}") || Integer.parseInt(text) > MOST_LIMIT) {
            add("limit", "This is no number from 1 to " + MOST_LIMIT + ".");
            return USUAL_LIMIT;
        }
        return Integer.parseInt(text);
    }

    /** The day, or the other one where nothing is said or it is wrong. */
    public LocalDate day(String field, @Nullable String text, LocalDate otherwise) {
        if (text == null || text.isBlank()) {
            return otherwise;
        }
        try {
            LocalDate day = LocalDate.parse(text);
            if (day.getYear() >= 2000 && day.getYear() < 3000) {
                return day;
            }
        } catch (DateTimeParseException noDay) {
            // told below, as a day of another millennium is
        }
        add(field, "This is no day. Write it as year-month-day, like 2027-01-31; days are those of UTC.");
        return otherwise;
    }

    /** @throws Refused if anything was wrong */
    public void refuseIfAny() {
        if (!found.isEmpty()) {
            throw new Refused(
                    ProblemType.INVALID,
                    found.size() == 1
                            ? "The field " + found.getFirst().field() + " is wrong: "
                                    + found.getFirst().message()
                            : found.size() + " fields are wrong; errors names each of them.",
                    found);
        }
    }
}
