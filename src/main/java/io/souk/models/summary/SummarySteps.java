package io.souk.models.summary;

import io.souk.models.inference.InferencePool;
import io.souk.models.inference.InputRefused;
import io.souk.models.inference.MiniLm;
import io.souk.models.inference.Steps;
import io.souk.models.inference.WindowReader;
import io.souk.models.inference.Windows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads each sentence of a text by itself, ranks the sentences by how much the others agree with them, and keeps the
 * best ones that fit, in the order of the text.
 *
 * <p>The model reads the word pieces of every sentence and two marks for each (more for a sentence longer than a
 * window, see {@link Windows}); their sum is the number of prompt tokens.
 */
public final class SummarySteps implements Steps<Summary> {
    /** A text of fewer sentences leaves no choice. */
    public static final int MIN_SENTENCES = 3;

    /** How many sentences an answer has when the caller does not say. */
    public static final int DEFAULT_SENTENCES = 3;

    /** The most sentences that a caller may ask for. */
    public static final int MAX_SENTENCES = 50;

    /** The most word pieces of an answer, whatever the caller asks for. */
    public static final int MAX_TOKENS = 1_024;

    /** What a text that is too short is answered with. */
    public static final List<String> WHAT_TO_SEND = List.of(
            "I am the Extractive summariser.",
            "Please send me a text of at least three sentences.",
            "I answer with its most telling sentences, word for word; I do not chat.");

    /** Headings and interjections have fewer words, and say little by themselves. */
    private static final int MIN_WORDS = 4;

    private final String text;
    private final int maxSentences;
    private final int maxTokens;
    private final List<float[]> vectors = new ArrayList<>();
    private @Nullable List<Sentence> sentences;
    private List<int[]> pieces = List.of();
    private @Nullable SentenceRank rank;
    private int promptTokens;

    /**
     * @param maxSentences 1 to {@value #MAX_SENTENCES}
     * @param maxTokens at least 1; above {@value #MAX_TOKENS} it means that
     */
    public SummarySteps(String text, int maxSentences, int maxTokens) {
        this.text = text;
        this.maxSentences = maxSentences;
        this.maxTokens = Math.min(maxTokens, MAX_TOKENS);
    }

    @Override
    public @Nullable Summary next(MiniLm model) {
        var found = sentences;
        if (found == null) {
            sentences = cut(model);
            return null;
        }
        if (vectors.size() < found.size()) {
            for (var read = 0; read < InferencePool.STEP_TOKENS && vectors.size() < found.size(); ) {
                var ids = pieces.get(vectors.size());
                vectors.add(WindowReader.vector(model, ids));
                read += Windows.tokens(ids.length);
            }
            return null;
        }
        if (found.size() < MIN_SENTENCES) {
            return whatToSend(model);
        }
        var ranking = rank;
        if (ranking == null) {
            ranking = new SentenceRank(vectors);
            rank = ranking;
        }
        return ranking.advance() ? choose(found, ranking) : null;
    }

    private List<Sentence> cut(MiniLm model) {
        var found = new ArrayList<Sentence>();
        var ids = new ArrayList<int[]>();
        for (var sentence : Sentences.of(text)) {
            var cut = model.pieces(sentence.text());
            if (cut.length == 0) {
                continue;
            }
            found.add(sentence);
            ids.add(cut);
            promptTokens += Windows.tokens(cut.length);
            if (promptTokens > Windows.MAX_TOKENS) {
                throw new InputRefused(
                        "context_length_exceeded",
                        "The text has more than " + Windows.MAX_TOKENS
                                + " tokens (its word pieces, and two marks for each sentence), which is the most the"
                                + " Extractive summariser takes. Nothing was processed; send the text in parts.");
            }
        }
        pieces = ids;
        return found;
    }

    private Summary choose(List<Sentence> found, SentenceRank ranking) {
        var weights = ranking.weights();
        var order = IntStream.range(0, found.size())
                .boxed()
                .sorted(Comparator.<Integer, Boolean>comparing(i -> found.get(i).words() < MIN_WORDS)
                        .thenComparing(i -> -weights[i]))
                .toList();
        var chosen = new TreeSet<Integer>();
        var tokens = 0;
        var complete = true;
        for (var candidate : order) {
            if (chosen.size() == maxSentences) {
                break;
            }
            if (chosen.stream().anyMatch(i -> ranking.repeats(i, candidate))) {
                continue;
            }
            var cost = pieces.get(candidate).length;
            if (tokens + cost > maxTokens) {
                complete = false;
                continue;
            }
            chosen.add(candidate);
            tokens += cost;
        }
        var kept = chosen.stream().map(i -> found.get(i).text()).toList();
        return new Summary(kept, promptTokens, tokens, complete, false);
    }

    private Summary whatToSend(MiniLm model) {
        var kept = new ArrayList<String>();
        var tokens = 0;
        for (var sentence : WHAT_TO_SEND) {
            var cost = model.count(sentence);
            if (tokens + cost > maxTokens) {
                return new Summary(List.copyOf(kept), promptTokens, tokens, false, true);
            }
            kept.add(sentence);
            tokens += cost;
        }
        return new Summary(List.copyOf(kept), promptTokens, tokens, true, true);
    }
}
