package io.souk.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.models.inference.MiniLm;
import io.souk.models.inference.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Results on two fixed sets, asked over HTTP, beside rules that need no model; the cards state these figures. */
class QualityTests {
    private static final Logger log = LoggerFactory.getLogger(QualityTests.class);
    private static final double RETRIEVAL = 0.85;
    private static final double SUMMARY = 0.75;

    @Test
    void findsTheParaphraseAmongOtherSentences() throws Exception {
        var found = retrieval(QualityTests::embedded, "distractors");
        log.info("retrieval: model {}", found);

        assertThat(found).isGreaterThanOrEqualTo(RETRIEVAL);
        assertThat(retrieval(texts -> hashed(texts, QualityTests::words), "distractors"))
                .isLessThan(RETRIEVAL / 2);
        assertThat(retrieval(texts -> hashed(texts, QualityTests::trigrams), "distractors"))
                .isLessThan(RETRIEVAL / 2);
    }

    @Test
    void isOftenMisledByTheSameWordsInAnotherMeaningAsItsCardSays() throws Exception {
        var found = retrieval(QualityTests::embedded, "traps");
        log.info("retrieval with traps: model {}", found);

        assertThat(found).isBetween(0.4, 0.75);
        assertThat(retrieval(texts -> hashed(texts, QualityTests::words), "traps"))
                .isLessThan(0.1);
    }

    @Test
    void choosesTheSentencesThatAReaderChose() throws Exception {
        var chosen = summaries(text -> {
            var request = RunningModels.JSON.createObjectNode().put("inputs", text);
            var answer = RunningModels.shared().post("/models/extractive-summariser", request.toString());
            return RunningModels.json(answer).get(0).get("summary_text").stringValue();
        });
        log.info("summaries: model {}", chosen);

        assertThat(chosen).isGreaterThanOrEqualTo(SUMMARY);
    }

    @Test
    void choosesBetterThanTheFirstOrTheLongestSentences() throws Exception {
        var lead = 0.0;
        var longest = 0.0;
        var texts = resource("/models/summaries.json");
        for (var text : texts) {
            var count = text.get("sentences").size();
            lead += agreement(text, List.of(0, 1, 2));
            longest += agreement(
                    text,
                    IntStream.range(0, count)
                            .boxed()
                            .sorted(Comparator.comparing(i ->
                                    -text.get("sentences").get(i).stringValue().length()))
                            .limit(3)
                            .toList());
        }
        log.info("summaries: first three {}, longest three {}", lead / texts.size(), longest / texts.size());

        assertThat(lead / texts.size()).isLessThan(SUMMARY / 2);
        assertThat(longest / texts.size()).isLessThan(SUMMARY / 2);
    }

    private static double retrieval(Embedder embedder, String among) throws Exception {
        var set = resource("/models/retrieval.json");
        var queries = set.get("pairs").valueStream().map(p -> p.get("query").stringValue());
        var right = set.get("pairs").valueStream().map(p -> p.get("paraphrase").stringValue());
        var wrong = among.equals("traps")
                ? set.get("pairs").valueStream().map(p -> p.get("trap").stringValue())
                : set.get("distractors").valueStream().map(JsonNode::stringValue);
        var asked = embedder.embed(queries.toList());
        var candidates = embedder.embed(Stream.concat(right, wrong).toList());
        assertThat(asked).hasSize(40);
        assertThat(candidates).hasSize(80);
        var hits = IntStream.range(0, asked.size())
                .filter(i -> IntStream.range(0, candidates.size())
                                .boxed()
                                .max(Comparator.comparing(j -> Vectors.dot(asked.get(i), candidates.get(j))))
                                .orElseThrow()
                        == i)
                .count();
        return hits / (double) asked.size();
    }

    private static double summaries(Summariser summariser) throws Exception {
        var sum = 0.0;
        var texts = resource("/models/summaries.json");
        for (var text : texts) {
            var sentences = text.get("sentences")
                    .valueStream()
                    .map(JsonNode::stringValue)
                    .toList();
            var summary = summariser.summarise(String.join(" ", sentences));
            var chosen = IntStream.range(0, sentences.size())
                    .boxed()
                    .filter(i -> summary.contains(sentences.get(i)))
                    .toList();
            assertThat(chosen).as(summary).hasSize(3);
            sum += agreement(text, chosen);
        }
        return sum / texts.size();
    }

    /** The share of the chosen sentences that the reader chose, too. */
    private static double agreement(JsonNode text, Collection<Integer> chosen) {
        var reference = new HashSet<Integer>();
        text.get("reference").forEach(i -> reference.add(i.intValue()));
        return chosen.stream().filter(reference::contains).count() / (double) chosen.size();
    }

    private static List<float[]> embedded(List<String> texts) throws IOException, InterruptedException {
        var request = RunningModels.JSON.createObjectNode().put("model", HouseModels.EMBEDDINGS.id());
        texts.forEach(request.putArray("input")::add);
        var vectors = new ArrayList<float[]>();
        var answer = RunningModels.json(RunningModels.shared().post("/v1/embeddings", request.toString()));
        for (var item : answer.get("data")) {
            var vector = new float[MiniLm.DIMENSIONS];
            for (var i = 0; i < vector.length; i++) {
                vector[i] = item.get("embedding").get(i).floatValue();
            }
            vectors.add(vector);
        }
        return vectors;
    }

    /** What an embedder without a model does: counts features in buckets. */
    private static List<float[]> hashed(List<String> texts, Function<String, List<String>> features) {
        return texts.stream()
                .map(text -> {
                    var vector = new float[MiniLm.DIMENSIONS];
                    for (var feature : features.apply(text.toLowerCase(Locale.ROOT))) {
                        vector[Math.floorMod(feature.hashCode(), vector.length)]++;
                    }
                    return Vectors.normalise(vector);
                })
                .toList();
    }

    private static List<String> words(String text) {
        return Stream.of(text.split("\\W+")).filter(word -> !word.isEmpty()).toList();
    }

    private static List<String> trigrams(String text) {
        return IntStream.range(0, text.length() - 2)
                .mapToObj(i -> text.substring(i, i + 3))
                .toList();
    }

    private static JsonNode resource(String name) throws IOException {
        try (var file = QualityTests.class.getResourceAsStream(name)) {
            return RunningModels.JSON.readTree(file);
        }
    }

    private interface Embedder {
        List<float[]> embed(List<String> texts) throws IOException, InterruptedException;
    }

    private interface Summariser {
        String summarise(String text) throws IOException, InterruptedException;
    }
}
