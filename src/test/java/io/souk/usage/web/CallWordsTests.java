package io.souk.usage.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page that shows a call has words of its own for every end and every source of a count. */
class CallWordsTests {
    @ParameterizedTest
    @EnumSource(CallReason.class)
    void hasWordsForEveryReason(CallReason reason) {
        assertThat(CallWords.brief(reason)).isNotBlank();
        assertThat(CallWords.sentence(reason)).endsWith(".");
        assertThat(CallWords.tone(reason)).isIn("good", "quiet", "warn", "bad");
        assertThat(CallWords.choices()).containsEntry(reason.label(), CallWords.brief(reason));
        assertThat(CallWords.known(reason.label())).isEqualTo(reason.label());
    }

    @Test
    void doesNotBlameTheModelForWhatWasAskedWrongly() {
        assertThat(CallWords.brief(CallReason.UPSTREAM_ERROR, 400)).isEqualTo("Request refused");
        assertThat(CallWords.sentence(CallReason.UPSTREAM_ERROR, 422)).contains("refused what was asked");
        assertThat(CallWords.tone(CallReason.UPSTREAM_ERROR, 400)).isEqualTo("warn");
        for (int failed : new int[] {429, 500, 502, 504}) {
            assertThat(CallWords.brief(CallReason.UPSTREAM_ERROR, failed)).isEqualTo("Model failed");
        }
        assertThat(CallWords.brief(CallReason.COMPLETED, 200)).isEqualTo("Completed");
    }

    @Test
    void tellsReasonsAndSourcesApart() {
        Set<String> said = new HashSet<>();
        for (CallReason reason : CallReason.values()) {
            assertThat(said.add(CallWords.sentence(reason))).isTrue();
        }
        for (CountSource source : CountSource.values()) {
            assertThat(said.add(CallWords.source(source))).isTrue();
        }
        assertThat(CallWords.known("no_such_reason")).isNull();
    }
}
