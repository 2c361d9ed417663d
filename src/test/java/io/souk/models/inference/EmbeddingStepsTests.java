package io.souk.models.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.souk.models.inference.Embeddings.Input;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmbeddingStepsTests {
    private static final Offset<Float> NEAR = Offset.offset(1e-5f);

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
    void readsLongTextInWindowsAndWeighsThemByTheirPieces() {
        var text = "stone ".repeat(254) + "honey ".repeat(100);

        var whole = embed(new Input.Text(text));

        var expected = new float[MiniLm.DIMENSIONS];
        Vectors.add(
                expected, embed(new Input.Text("stone ".repeat(254))).vectors().getFirst(), 254);
        Vectors.add(
                expected, embed(new Input.Text("honey ".repeat(100))).vectors().getFirst(), 100);
        assertThat(whole.vectors().getFirst()).containsExactly(Vectors.normalise(expected), NEAR);
        assertThat(whole.tokens()).isEqualTo(354 + 4);
    }

    @Test
    void givesVectorsOfLengthOne() {
        for (var text : List.of("a", "Stone walls", "stone ".repeat(600))) {
            var vector = embed(new Input.Text(text)).vectors().getFirst();
            assertThat(Vectors.dot(vector, vector)).isCloseTo(1, NEAR);
        }
    }

    @Test
    void givesTheSameVectorAloneAndAmongOthers() {
        var alone = embed(new Input.Text("The river rose."));
        var among = embed(new Input.Text("Something else, and longer."), new Input.Text("The river rose."));

        assertThat(among.vectors().get(1)).containsExactly(alone.vectors().getFirst());
    }

    @Test
    void takesWordPiecesWithAndWithoutMarks() {
        var text = embed(new Input.Text("The river rose."));
        var pieces = model.pieces("The river rose.");
        var marked = new int[pieces.length + 2];
        System.arraycopy(pieces, 0, marked, 1, pieces.length);
        marked[0] = MiniLm.CLS;
        marked[marked.length - 1] = MiniLm.SEP;

        for (var ids : List.of(pieces, marked)) {
            var embedded = embed(new Input.Ids(ids));
            assertThat(embedded.vectors().getFirst())
                    .containsExactly(text.vectors().getFirst());
            assertThat(embedded.tokens()).isEqualTo(text.tokens());
        }
    }

    @Test
    void takesTheLongestTextAndRefusesOnePieceMore() {
        var longest = new int[8_128];
        Arrays.fill(longest, 2_962);

        assertThat(embed(new Input.Ids(longest)).tokens()).isEqualTo(Windows.MAX_TOKENS);
        assertThatExceptionOfType(InputRefused.class)
                .isThrownBy(() -> embed(new Input.Ids(Arrays.copyOf(longest, 8_129))))
                .withMessageContaining("8195 tokens")
                .withMessageContaining("at most 8192");
    }

    @Test
    void refusesTextWithNothingToRead() {
        assertThatExceptionOfType(InputRefused.class)
                .isThrownBy(() -> embed(new Input.Text("fine"), new Input.Text(" \n\u0001")))
                .withMessageContaining("Input 1 is empty");
    }

    @Test
    void refusesMoreTokensThanOneRequestMayHave() {
        var many = new int[8_000];
        Arrays.fill(many, 2_962);
        var inputs = new Input[9];
        Arrays.fill(inputs, new Input.Ids(many));

        assertThatExceptionOfType(InputRefused.class)
                .isThrownBy(() -> embed(inputs))
                .withMessageContaining("65536 tokens together");
    }

    private static Embeddings embed(Input... inputs) {
        var steps = new EmbeddingSteps(List.of(inputs));
        for (var i = 0; i < 10_000; i++) {
            var done = steps.next(model);
            if (done != null) {
                return done;
            }
        }
        throw new AssertionError("the work has no end");
    }
}
