package io.souk.gateway.relay;

import io.souk.kernel.TokenCounts;
import java.util.concurrent.TimeUnit;

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

    /** Whether what is written now is to be noted when the socket has taken it; then the next is due later. */
    boolean isDue() {
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

    TokenCounts counts() {
        return TokenCounts.of(promptTokens, answer.text().deliveredPieces());
    }
}
