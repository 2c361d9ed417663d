package io.souk.models.inference;

import io.souk.models.inference.Embeddings.Input;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Embeds each input: the mean of the vectors of all tokens of a window, scaled to length one; of several windows the
 * mean weighted by their word pieces, scaled to length one again. All inputs are cut and checked before the first one
 * is read, so that a refused request costs nothing.
 */
public final class EmbeddingSteps implements Steps<Embeddings> {
    /** Cutting text is about a hundred times quicker than reading it; this many characters make a step of it. */
    private static final int STEP_CHARACTERS = 200_000;

    private final List<Input> inputs;
    private final List<int[]> pieces = new ArrayList<>();
    private final List<float[]> vectors = new ArrayList<>();
    private int tokens;
    private int offset;
    private float[] sum = new float[MiniLm.DIMENSIONS];

    public EmbeddingSteps(List<Input> inputs) {
        this.inputs = List.copyOf(inputs);
    }

    @Override
    public @Nullable Embeddings next(MiniLm model) {
        if (pieces.size() < inputs.size()) {
            cut(model);
            return null;
        }
        for (var read = 0; read < InferencePool.STEP_TOKENS && vectors.size() < pieces.size(); ) {
            read += window(model, pieces.get(vectors.size()));
        }
        return vectors.size() == pieces.size() ? new Embeddings(List.copyOf(vectors), tokens) : null;
    }

    private void cut(MiniLm model) {
        for (var done = 0; done < STEP_CHARACTERS && pieces.size() < inputs.size(); ) {
            var which = inputs.size() == 1 ? "The input" : "Input " + pieces.size();
            var ids = switch (inputs.get(pieces.size())) {
                case Input.Text(var text) -> {
                    done += text.length() + 1;
                    yield model.pieces(text);
                }
                case Input.Ids(var given) -> {
                    done += given.length + 1;
                    yield withoutMarks(given);
                }
            };
            Windows.requireFits(ids.length, which);
            tokens += Windows.tokens(ids.length);
            if (tokens > Embeddings.MAX_REQUEST_TOKENS) {
                throw new InputRefused(
                        "request_too_large",
                        "The inputs of one request may have " + Embeddings.MAX_REQUEST_TOKENS
                                + " tokens together, and these have more. Nothing was processed; send several"
                                + " requests.");
            }
            pieces.add(ids);
        }
    }

    private static int[] withoutMarks(int[] ids) {
        var from = ids.length > 0 && ids[0] == MiniLm.CLS ? 1 : 0;
        var to = ids.length > from && ids[ids.length - 1] == MiniLm.SEP ? ids.length - 1 : ids.length;
        return Arrays.copyOfRange(ids, from, to);
    }

    /** Reads the next window of the input; returns how many tokens that were. */
    private int window(MiniLm model, int[] ids) {
        var read = WindowReader.addWindow(model, ids, offset, sum);
        offset = Math.min(ids.length, offset + Windows.PIECES);
        if (offset == ids.length) {
            vectors.add(Vectors.normalise(sum));
            sum = new float[MiniLm.DIMENSIONS];
            offset = 0;
        }
        return read;
    }
}
