package io.souk.catalog;

import org.jspecify.annotations.Nullable;

/**
 * What an admin writes about a model.
 *
 * @param model 1 to 100 of {@code a-z 0-9 . _ : / -}, the first one a letter or digit; fixed once the offer was live
 * @param task fixed once the offer was live
 * @param card Markdown
 * @param contextTokens above zero, or null for not stated
 * @param maxOutputTokens above zero, or null for not stated
 */
public record OfferDraft(
        String model,
        String title,
        String publisher,
        Task task,
        String summary,
        String card,
        String licence,
        @Nullable Integer contextTokens,
        @Nullable Integer maxOutputTokens) {}
