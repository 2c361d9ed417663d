package io.souk.supply.web;

import io.souk.catalog.OfferDraft;
import io.souk.catalog.OfferRefused;
import io.souk.catalog.OfferView;
import io.souk.catalog.Task;
import io.souk.platform.TypedCount;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The first step: what the model is. Numbers are typed as text, so that a typing error can be shown as it was made. */
record TaskForm(
        @Nullable String model,
        @Nullable String title,
        @Nullable String publisher,
        @Nullable Task task,
        @Nullable String licence,
        @Nullable String contextTokens,
        @Nullable String maxOutputTokens) {
    private static final long MOST_TOKENS = 999_999_999;

    static final TaskForm EMPTY = new TaskForm("", "", "", Task.CHAT, "", "", "");

    static TaskForm of(OfferView offer) {
        return new TaskForm(
                offer.model(),
                offer.title(),
                offer.publisher(),
                offer.task(),
                offer.licence(),
                text(offer.contextTokens()),
                text(offer.maxOutputTokens()));
    }

    OfferDraft draft(String summary, String card) {
        return new OfferDraft(
                stripped(model),
                stripped(title),
                stripped(publisher),
                Objects.requireNonNullElse(task, Task.CHAT),
                summary,
                card,
                stripped(licence),
                limit("contextTokens", contextTokens),
                limit("maxOutputTokens", maxOutputTokens));
    }

    private static @Nullable Integer limit(String field, @Nullable String typed) {
        String text = stripped(typed);
        if (text.isEmpty()) {
            return null;
        }
        OptionalLong number = TypedCount.of(text);
        if (number.isEmpty() || number.getAsLong() > MOST_TOKENS) {
            throw new OfferRefused(
                    field, "\"" + text + "\" is no number of tokens. Write digits, as 8192, or leave it empty.");
        }
        return (int) number.getAsLong();
    }

    private static String text(@Nullable Integer number) {
        return number == null ? "" : number.toString();
    }

    private static String stripped(@Nullable String text) {
        return text == null ? "" : text.strip();
    }
}
