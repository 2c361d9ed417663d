package io.souk.models.inference;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.channels.Channels;
import java.util.Map;
import java.util.Objects;

/**
 * all-MiniLM-L6-v2, quantised to 8 bits, with its tokenizer; both come from a jar and need no network.
 *
 * <p>Safe for use by several threads; every call computes on the calling thread alone.
 */
public final class MiniLm implements AutoCloseable {
    /** How many numbers a vector has. */
    public static final int DIMENSIONS = 384;

    /** How many entries the vocabulary has; a token id is at least 0 and below this. */
    public static final int VOCABULARY = 30_522;

    /** A bound on the size of the model's file, which has 23 MB. */
    private static final int NETWORK_BYTES = 24 << 20;

    static final int CLS = 101;
    static final int SEP = 102;

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final HuggingFaceTokenizer tokenizer;

    private MiniLm(OrtEnvironment environment, OrtSession session, HuggingFaceTokenizer tokenizer) {
        this.environment = environment;
        this.session = session;
        this.tokenizer = tokenizer;
    }

    /** Loads the model, which takes about a second; throws {@link IllegalStateException} when it cannot be loaded. */
    public static MiniLm load() {
        try (var options = new OrtSession.SessionOptions();
                var tokenizer = resource("all-minilm-l6-v2-q-tokenizer.json");
                var network = resource("all-minilm-l6-v2-q.onnx")) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            // the arena keeps the memory of the longest window for ever; without it a call costs a little more
            options.setCPUArenaAllocator(false);
            options.setMemoryPatternOptimization(false);
            var environment = OrtEnvironment.getEnvironment();
            // the tokenizer's file asks for cutting and padding at 128; both would falsify the count
            var pieces = HuggingFaceTokenizer.newInstance(
                    tokenizer, Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false"));
            return new MiniLm(environment, environment.createSession(direct(network), options), pieces);
        } catch (OrtException | IOException e) {
            throw new IllegalStateException("The house model cannot be loaded: " + e.getMessage(), e);
        }
    }

    /** The whole stream outside the heap, which would otherwise grow by twice the model for one moment. */
    private static ByteBuffer direct(InputStream network) throws IOException {
        var buffer = ByteBuffer.allocateDirect(NETWORK_BYTES);
        var channel = Channels.newChannel(network);
        while (channel.read(buffer) >= 0) {
            if (!buffer.hasRemaining()) {
                throw new IOException("the model's file is larger than " + NETWORK_BYTES + " bytes");
            }
        }
        return buffer.flip();
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(
                MiniLm.class.getResourceAsStream("/" + name), () -> name + " is missing from the class path");
    }

    /** The text as the model's own tokenizer cuts it, however long it is, without the two marks of a window. */
    public int[] pieces(String text) {
        var ids = tokenizer.encode(text, false, false).getIds();
        var pieces = new int[ids.length];
        for (var i = 0; i < ids.length; i++) {
            pieces[i] = (int) ids[i];
        }
        return pieces;
    }

    /** How many word pieces the text has. */
    public int count(String text) {
        return tokenizer.encode(text, false, false).getIds().length;
    }

    /**
     * What the model makes of one window of word pieces.
     *
     * @param from first piece of the window
     * @param to end of the window, exclusive; at most {@value Windows#PIECES} after {@code from}
     */
    Reading read(int[] pieces, int from, int to) {
        var length = to - from + 2;
        if (length > Windows.SIZE || length < 3) {
            throw new IllegalArgumentException("a window has 1 to " + Windows.PIECES + " pieces, not " + (to - from));
        }
        var ids = new long[length];
        var mask = new long[length];
        ids[0] = CLS;
        ids[length - 1] = SEP;
        for (var i = 0; i < length; i++) {
            mask[i] = 1;
        }
        for (var i = from; i < to; i++) {
            ids[i - from + 1] = pieces[i];
        }
        var shape = new long[] {1, length};
        try (var idTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
                var maskTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
                var typeTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[length]), shape);
                var result = session.run(
                        Map.of("input_ids", idTensor, "attention_mask", maskTensor, "token_type_ids", typeTensor))) {
            var out = (OnnxTensor) result.get(0);
            return new Reading(out.getFloatBuffer(), length);
        } catch (OrtException e) {
            throw new IllegalStateException("The house model failed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        tokenizer.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("The house model could not be closed: " + e.getMessage(), e);
        }
    }

    /** One vector per token of a window, the two marks included. */
    record Reading(FloatBuffer states, int length) {
        /** Adds up the vectors of all tokens; the direction of the sum is that of the mean. */
        void addTo(float[] sum) {
            for (var at = 0; at < length * DIMENSIONS; at++) {
                sum[at % DIMENSIONS] += states.get(at);
            }
        }
    }
}
