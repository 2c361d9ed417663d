package io.souk.models;

import io.souk.models.inference.Windows;
import io.souk.models.summary.SummarySteps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The models that every installation has without asking anybody: real ones, on the CPU, offline. */
public final class HouseModels {
    /** Texts to vectors, over {@code POST /v1/embeddings}. */
    public static final HouseModel EMBEDDINGS = new HouseModel(
            "all-minilm-l6-v2",
            "all-MiniLM-L6-v2",
            "feature-extraction",
            "English texts to vectors of 384 numbers, for search, grouping and finding near duplicates.",
            card("all-minilm-l6-v2"),
            Windows.MAX_TOKENS,
            0);

    /** Texts to their most telling sentences, over {@code POST /v1/chat/completions}. */
    public static final HouseModel SUMMARISER = new HouseModel(
            "extractive-summariser",
            "Extractive summariser",
            "summarization",
            "The most telling sentences of an English text, word for word. It does not chat and invents nothing.",
            card("extractive-summariser"),
            Windows.MAX_TOKENS,
            SummarySteps.MAX_TOKENS);

    private HouseModels() {}

    /** Every house model, in the order in which to show them. */
    public static List<HouseModel> all() {
        return List.of(EMBEDDINGS, SUMMARISER);
    }

    private static String card(String id) {
        var name = "/models/cards/" + id + ".md";
        try (var card = Objects.requireNonNull(
                HouseModels.class.getResourceAsStream(name), () -> name + " is missing from the class path")) {
            return new String(card.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
