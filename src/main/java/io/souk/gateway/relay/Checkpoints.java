package io.souk.gateway.relay;

import io.souk.kernel.TokenCounts;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * When a stream is to be noted down, and with which counts. The prompt is counted once, when the stream has lasted long
 * enough to be noted at all; the output is counted by pieces, as no backend sends less than a token in one: the caller pays no more than was made.
 */
final class Checkpoints {
    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int PIECES = 256;

    private final Relay.Loop loop;
    private final Conversation conversation;
    private final Answer answer;
    private long lastAt = System.nanoTime();
    private int lastPieces;
    private boolean counting;
    private long promptTokens = -1;

    Checkpoints(Relay.Loop loop, Conversation conversation, Answer answer) {
        this.loop = loop;
        this.conversation = conversation;
        this.answer = answer;
    }

    /**
     * Notes what is being written now, if that is due, as soon as the socket has taken it.
     *
     * @param bytesRelayed all bytes of the answer with these
     * @param open whether the call has not been closed
     */
    void note(Future<Void> written, CallHandle call, long bytesRelayed, BooleanSupplier open) {
        if (isDue()) {
            TokenCounts counts = counts();
            written.onSuccess(_ -> {
                if (open.getAsBoolean()) {
                    call.checkpoint(counts, bytesRelayed);
                }
            });
        }
    }

    private boolean isDue() {
        int pieces = answer.text().deliveredPieces();
        long now = System.nanoTime();
        if (!conversation.stream() || pieces == lastPieces || now - lastAt < EVERY && pieces - lastPieces < PIECES) {
            return false;
        }
        if (promptTokens < 0) {
            countPrompt();
            return false;
        }
        lastAt = now;
        lastPieces = pieces;
        return true;
    }

    private void countPrompt() {
        if (!counting) {
            counting = true;
            loop.counting()
                    .count(
                            conversation::promptTokens,
                            loop.executor(),
                            counted -> promptTokens = counted.orElse(conversation.inputBytes() / 4));
        }
    }

    private TokenCounts counts() {
        return TokenCounts.of(promptTokens, answer.text().deliveredPieces());
    }
}
