package io.souk.models.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.souk.catalog.SampleText;
import io.souk.models.inference.InputRefused;
import io.souk.models.inference.MiniLm;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SummaryTests {
    private static final String TEXT = "The river rose after a week of rain. By Friday the water of the river stood in "
            + "the lower streets. My aunt likes tea. Volunteers built a wall of sand bags against the river. "
            + "On Sunday the water fell and the streets could be cleaned.";

    private static MiniLm model;

    @BeforeAll
    static void load() {
        model = MiniLm.load();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void countsWhatWasReadAndWhatWasWritten() {
        var summary = summarise(TEXT, 2, 1_000);

        assertThat(summary.promptTokens()).isEqualTo(model.count(TEXT) + 5 * 2);
        assertThat(summary.completionTokens()).isEqualTo(model.count(summary.text()));
        assertThat(summary.sentences()).hasSize(2);
        assertThat(summary.complete()).isTrue();
    }

    @Test
    void keepsToWholeSentencesWithinTheLimitOfTokens() {
        for (var limit : new int[] {1, 8, 12, 20, 25, 30}) {
            var summary = summarise(TEXT, 3, limit);
            assertThat(summary.completionTokens()).isLessThanOrEqualTo(limit).isEqualTo(model.count(summary.text()));
            assertThat(summary.complete()).isFalse();
            assertThat(summary.sentences()).allMatch(TEXT::contains);
        }
        assertThat(summarise(TEXT, 3, 1).sentences()).isEmpty();
    }

    @Test
    void shortensTheTextOfOurSamples() {
        var summary = summarise(SampleText.PASSAGE, SummarySteps.DEFAULT_SENTENCES, 1_000);
        assertThat(summary.text().length()).isLessThan(SampleText.PASSAGE.length() / 2);
        assertThat(SampleText.PASSAGE).contains(summary.sentences());
    }

    @Test
    void keepsTheOrderOfTheText() {
        var summary = summarise(TEXT, 3, 1_000);

        assertThat(summary.sentences()).isSortedAccordingTo((a, b) -> TEXT.indexOf(a) - TEXT.indexOf(b));
    }

    @Test
    void choosesARepeatedSentenceOnce() {
        var summary = summarise("The bridge is closed. ".repeat(4) + "Ferries run until the evening.", 3, 1_000);

        assertThat(summary.sentences()).containsExactly("The bridge is closed.", "Ferries run until the evening.");
    }

    @Test
    void saysWhatToSendWhenThereIsNothingToChooseFrom() {
        for (var text : new String[] {"", "Hello", "Hello there. How are you?"}) {
            var summary = summarise(text, 3, 1_000);
            assertThat(summary.tooShort()).isTrue();
            assertThat(summary.text()).contains("at least three sentences");
            assertThat(summary.completionTokens()).isEqualTo(model.count(summary.text()));
        }
        assertThat(summarise("Hello", 3, 1_000).promptTokens()).isEqualTo(3);
        assertThat(summarise("", 3, 1_000).promptTokens()).isZero();
    }

    @Test
    void refusesMoreThanItCanRead() {
        var text = IntStream.range(0, 2_000)
                .mapToObj(i -> "Stone wall " + i + " stands.")
                .collect(Collectors.joining(" "));

        assertThatExceptionOfType(InputRefused.class)
                .isThrownBy(() -> summarise(text, 3, 1_000))
                .withMessageContaining("8192");
    }

    @Test
    void takesASentenceLongerThanTheWindow() {
        var summary = summarise(
                "Stones lie here. Stone " + "stone ".repeat(300) + ". Honey is sweet. Bees fly out.", 4, 1_000);

        assertThat(summary.promptTokens()).isEqualTo(model.count(summary.text()) + 4 * 2 + 2);
    }

    private static Summary summarise(String text, int sentences, int tokens) {
        var steps = new SummarySteps(text, sentences, tokens);
        for (var i = 0; i < 10_000; i++) {
            var done = steps.next(model);
            if (done != null) {
                return done;
            }
        }
        throw new AssertionError("the work has no end");
    }
}
