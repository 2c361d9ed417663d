package io.souk.models;

/**
 * A model that the house runs itself, as it is described to those who may buy it.
 *
 * @param id the name that callers send as {@code model}
 * @param title the name that people read
 * @param task the Hugging Face name of what it does, such as {@code feature-extraction}
 * @param line what it does, in one line
 * @param card the whole description in Markdown, with what was measured
 * @param contextTokens the most tokens that it reads for one input, marks included; above it a call is refused
 * @param maxOutputTokens the most tokens that it answers with; 0 when it answers with vectors
 */
public record HouseModel(
        String id, String title, String task, String line, String card, int contextTokens, int maxOutputTokens) {}
