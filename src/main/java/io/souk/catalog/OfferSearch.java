package io.souk.catalog;

import org.jspecify.annotations.Nullable;

/**
 * A question to the catalogue.
 *
 * @param text every word of it must occur in title, model, summary, task or publisher; empty for all
 * @param task null for all
 * @param page counted from 1; each has {@link #PAGE_SIZE} offers
 */
public record OfferSearch(String text, @Nullable Task task, Sort sort, int page) {
    public static final int PAGE_SIZE = 24;

    /** The order of the answer. */
    public enum Sort {
        NAME("Name"),
        NEWEST("Newest"),
        PRICE("Price, lowest first");

        private final String title;

        Sort(String title) {
            this.title = title;
        }

        /** The name for people. */
        public String title() {
            return title;
        }
    }

    /** Every live offer by name. */
    public static OfferSearch everything() {
        return new OfferSearch("", null, Sort.NAME, 1);
    }
}
