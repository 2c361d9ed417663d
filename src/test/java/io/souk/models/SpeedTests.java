package io.souk.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.models.inference.EmbeddingSteps;
import io.souk.models.inference.Embeddings.Input;
import io.souk.models.inference.MiniLm;
import io.souk.models.inference.Steps;
import io.souk.models.summary.SummarySteps;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Measures what the cards state, on one thread; the bounds are wide, since other work may run beside it. */
class SpeedTests {
    private static final Logger log = LoggerFactory.getLogger(SpeedTests.class);

    @Test
    void isQuickEnoughOnOneThread() throws IOException {
        try (var model = MiniLm.load()) {
            var shortText = millis(model, 200, () -> embedding("How do I reset my password?"));
            var window = millis(model, 20, () -> embedding("stone ".repeat(254)));
            var longest = millis(model, 2, () -> embedding("stone ".repeat(8_128)));
            var text = firstText();
            var summary = millis(model, 10, () -> new SummarySteps(text, 3, 1_000));
            log.info(
                    "short text {} ms, 256 tokens {} ms, 8192 tokens {} ms ({} tokens/s), summary of {} pieces {} ms",
                    shortText,
                    window,
                    longest,
                    Math.round(8_192_000 / longest),
                    model.count(text),
                    summary);

            assertThat(shortText).isLessThan(50);
            assertThat(8_192_000 / longest).isGreaterThan(1_000);
            assertThat(summary).isLessThan(1_000);
        }
    }

    private static Steps<?> embedding(String text) {
        return new EmbeddingSteps(List.of(new Input.Text(text)));
    }

    private static double millis(MiniLm model, int rounds, Supplier<Steps<?>> work) {
        run(model, work.get());
        var start = System.nanoTime();
        for (var i = 0; i < rounds; i++) {
            run(model, work.get());
        }
        return (System.nanoTime() - start) / 1e6 / rounds;
    }

    private static void run(MiniLm model, Steps<?> steps) {
        for (var i = 0; i < 10_000; i++) {
            if (steps.next(model) != null) {
                return;
            }
        }
        throw new AssertionError("the work has no end");
    }

    private static String firstText() throws IOException {
        try (var file = SpeedTests.class.getResourceAsStream("/models/summaries.json")) {
            return RunningModels.JSON
                    .readTree(file)
                    .get(0)
                    .get("sentences")
                    .valueStream()
                    .map(JsonNode::stringValue)
                    .collect(Collectors.joining(" "));
        }
    }
}
