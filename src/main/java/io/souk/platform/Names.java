package io.souk.platform;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the names of people, organisations, projects, keys and the like may be made of: text on one line that runs in the
 * direction of the sentence around it. Names stand in sentences of our pages and mails; one with a sign like U+202E
 * would turn our own words around.
 */
public final class Names {
    /** The most characters of a name: Unicode code points, of which one sign may have several, as many emoji do. */
    public static final int MOST = 100;

    /** Text without line breaks, control characters and signs that change the direction of writing; for {@code @Pattern}. */
    public static final String PLAIN = "[^\\p{Cc}\\u2028\\u2029\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069]*+";

    /** What is said of a name that is not {@link #PLAIN}. */
    public static final String NOT_PLAIN =
            "A name is one line of text, without control characters and signs that change "
                    + "the direction of writing. Type it anew rather than pasting it.";

    private static final Pattern PLAIN_TEXT = Pattern.compile(PLAIN);
    private static final Pattern OTHERS =
            Pattern.compile(PLAIN.replace("[^", "[").replace("*+", "+"));

    private Names() {}

    /**
     * What is wrong with a name, as a sentence for whoever typed it; empty if it may be kept.
     *
     * @param whose begins the sentence about its length, as "A key's name"
     * @param name without blanks at its ends
     */
    public static Optional<String> problem(String whose, String name) {
        if (name.isBlank() || length(name) > MOST) {
            return Optional.of(whose + " has 1 to " + MOST + " characters. An emoji may count as several.");
        }
        return isPlain(name) ? Optional.empty() : Optional.of(NOT_PLAIN);
    }

    /** Whether a text is {@link #PLAIN}, which an empty one is. */
    public static boolean isPlain(String text) {
        return PLAIN_TEXT.matcher(text).matches();
    }

    /** How many characters a text has: code points, as PostgreSQL counts them. */
    public static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** The text, or its beginning where it is longer than so many characters. */
    public static String shortened(String text, int most) {
        return length(text) > most ? text.substring(0, text.offsetByCodePoints(0, most)) : text;
    }

    /** A name that nobody here can type anew, as one from another provider, with a blank for what is not {@link #PLAIN}. */
    public static String plain(String name) {
        return OTHERS.matcher(name).replaceAll(" ").strip();
    }
}
