package io.souk.catalog;

import io.souk.kernel.TokenClass;

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
}
