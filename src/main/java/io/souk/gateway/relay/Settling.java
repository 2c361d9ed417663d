package io.souk.gateway.relay;

import io.souk.gateway.dialect.Tokenizer;
import io.souk.gateway.metering.ProviderUsage;
import io.souk.kernel.CountSource;
import io.souk.kernel.TokenCounts;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds out what a call used: the provider's word where it can be true, else our own count of the real text. */
final class Settling {
    private static final int BYTES_PER_TOKEN = 4;

    private Settling() {}

    /** What a call used, in both forms. */
    record Settled(ProviderUsage usage, CountSource source) {
        TokenCounts counts() {
            return usage.counts();
        }
    }

    /**
     * @param answer null if no answer began
     * @param delivered whether only what the caller was given counts, not all that the backend sent
     * @param outputCap the most output per choice that was asked for
     * @param answerBytes bytes that the backend sent
     */
    static void settle(
            Relay.Loop loop,
            Conversation conversation,
            @Nullable Answer answer,
            boolean delivered,
            int outputCap,
            long answerBytes,
            Consumer<Settled> then) {
        boolean part = delivered
                && answer != null
                && answer.text().deliveredBytes() < answer.text().bytes();
        ProviderUsage stated = answer == null || part ? null : answer.usage();
        boolean hasText = answer != null && !answer.text().isEmpty();
        long cap = (long) outputCap * conversation.choices();
        if (stated != null && stated.isBelievable(conversation.inputBound(), answerBytes, hasText, cap)) {
            then.accept(new Settled(stated, CountSource.PROVIDER));
            return;
        }
        byte[] kept = answer == null
                ? new byte[0]
                : part ? answer.text().deliveredFrom(0) : answer.text().kept();
        long textBytes = answer == null
                ? 0
                : part ? answer.text().deliveredBytes() : answer.text().bytes();
        long estimate = Math.ceilDiv(textBytes, BYTES_PER_TOKEN);
        CountSource counted = stated == null ? CountSource.COUNTED : CountSource.CORRECTED;
        long[] output = {estimate};
        loop.counting()
                .count(
                        () -> {
                            output[0] = output(kept, textBytes);
                            return conversation.promptTokens();
                        },
                        loop.executor(),
                        input -> then.accept(
                                input.isPresent()
                                        ? new Settled(usage(input.getAsLong(), output[0]), counted)
                                        : new Settled(
                                                usage(conversation.inputBytes() / BYTES_PER_TOKEN, estimate),
                                                CountSource.ESTIMATED)));
    }

    private static ProviderUsage usage(long input, long output) {
        return new ProviderUsage(input, output, 0, 0, 0);
    }

    /** Of a text that was too long to keep, the beginning is counted and the rest taken to be like it. */
    private static long output(byte[] kept, long textBytes) {
        long tokens = Tokenizer.count(AnswerText.decode(kept));
        return kept.length == textBytes ? tokens : tokens * textBytes / Math.max(1, kept.length);
    }
}
