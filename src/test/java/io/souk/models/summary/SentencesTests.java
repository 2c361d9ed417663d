package io.souk.models.summary;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentencesTests {
    @Test
    void endsNoSentenceAfterAnAbbreviationOrAnInitial() {
        assertThat(Sentences.of("Dr. Berg met J. K. Aalto, e.g. at No. 12. They spoke. Mr. Lind left at 5 p.m. sharp."))
                .extracting(Sentence::text)
                .containsExactly(
                        "Dr. Berg met J. K. Aalto, e.g. at No. 12.", "They spoke.", "Mr. Lind left at 5 p.m. sharp.");
    }

    @Test
    void endsASentenceAtABlankLineAndJoinsWrappedLines() {
        assertThat(Sentences.of("A heading without a stop\n\nThe first line\n  goes on here. \r\n\r\nThe end"))
                .extracting(Sentence::text)
                .containsExactly("A heading without a stop", "The first line goes on here.", "The end");
    }

    @Test
    void takesQuestionsCallsAndQuotes() {
        assertThat(Sentences.of("Who came? Nobody! \"We waited.\" Then 3.5 people left."))
                .extracting(Sentence::text)
                .containsExactly("Who came?", "Nobody!", "\"We waited.\"", "Then 3.5 people left.");
    }

    @Test
    void findsNoSentenceWithoutLetters() {
        assertThat(Sentences.of("")).isEmpty();
        assertThat(Sentences.of(" ... \n\n --- ")).isEmpty();
    }
}
