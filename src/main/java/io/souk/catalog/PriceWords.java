package io.souk.catalog;

import io.souk.kernel.TokenClass;
import java.util.Locale;

/** How price classes are called for people. */
public final class PriceWords {
    private PriceWords() {}

    /** The class by name, as {@code Input tokens}. */
    public static String name(TokenClass tokenClass) {
        return switch (tokenClass) {
            case INPUT -> "Input tokens";
            case CACHE_READ -> "Input tokens read from a cache";
            case CACHE_WRITE_5M -> "Input tokens written to a cache (5 minutes)";
            case CACHE_WRITE_1H -> "Input tokens written to a cache (1 hour)";
            case OUTPUT -> "Output tokens";
            case REASONING -> "Reasoning tokens";
            case AUDIO -> "Audio tokens";
            case IMAGE -> "Image tokens";
            case REQUEST -> "Requests";
            case SECOND -> "Seconds";
        };
    }

    /** One of the class, as {@code input token}. */
    public static String one(TokenClass tokenClass) {
        return switch (tokenClass) {
            case REQUEST -> "request";
            case SECOND -> "second";
            default -> "token";
        };
    }

    /** What stands behind a number of the class, as {@code input tokens}, or {@code request} behind a 1. */
    public static String counted(TokenClass tokenClass, long count) {
        String many = name(tokenClass).toLowerCase(Locale.ROOT);
        return count == 1 ? many.replaceFirst("(token|request|second)s", "$1") : many;
    }
}
