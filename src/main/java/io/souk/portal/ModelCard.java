package io.souk.portal;

import java.util.Map;

/**
 * A model as the home page and the catalogue show it in a list; the model of {@code parts/model-card}.
 *
 * @param model the name to call it by
 * @param task the kind of work in one or two words, as "Embeddings"
 * @param summary one line
 * @param available whether a backend answers at present
 * @param prices what a price is for, to the price as written ({@code "per million tokens in" -> "$0.15"}), in order
 */
public record ModelCard(
        String model,
        String title,
        String publisher,
        String task,
        String summary,
        boolean available,
        Map<String, String> prices) {}
