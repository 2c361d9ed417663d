package io.souk.models.summary;

/**
 * A sentence of a text.
 *
 * @param text its words, with every run of white space made one blank
 */
record Sentence(String text) {
    int words() {
        return text.split(" ").length;
    }
}
