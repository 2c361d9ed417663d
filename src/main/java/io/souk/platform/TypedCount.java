package io.souk.platform;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A whole number as people type it: {@code 8192}, {@code 8,192} or {@code 8 192}. What stands between its digits stands
 * between thousands: {@code 1,5} is no fifteen.
 */
public final class TypedCount {
    private static final Pattern FIGURES =
            Pattern.compile("[0-9]{1,13}|[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){1,4}|(?:[ _\u00A0\u202F][0-9]{3}){1,4})");

    private TypedCount() {}

    /** The number, empty where the text is none. @param typed without blanks at its ends */
    public static OptionalLong of(String typed) {
        return FIGURES.matcher(typed).matches()
                ? OptionalLong.of(Long.parseLong(typed.replaceAll("[^0-9]", "")))
                : OptionalLong.empty();
    }
}
