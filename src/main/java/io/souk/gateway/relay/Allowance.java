package io.souk.gateway.relay;

import io.souk.gateway.dialect.Tokenizer;
import java.util.concurrent.TimeUnit;

/**
 * How far a stream may be relayed with what is held for it. Used on the call's event loop.
 *
 * <p>How many tokens have come is not known while they come, but no text holds more tokens than bytes. When less than
 * half a slice is left by that bound, another slice is held ahead of the relay. When a slice is refused the bound is made
 * tight, by counting the text away from the event loop, and the hold grows only by what the next piece may need; when
 * that is refused too, the credit is at its end.
 */
final class Allowance {
    private static final long TRY_AGAIN = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long UNKNOWN_AT_MOST = TimeUnit.SECONDS.toNanos(10);
    /** After a refusal no whole slice is asked for, unless the balance has had time to change. */
    private static final long LEAN = TimeUnit.SECONDS.toNanos(2);

    /** Hears what follows, on the event loop. */
    interface Listener {
        /** What has come may be relayed. */
        void goOn();

        /** No more can be held. */
        void creditGone();

        /** It could not be found out in time whether more can be held. */
        void creditUnknown();
    }

    private final Relay.Loop loop;
    private final CallHandle call;
    private final AnswerText text;
    private final long most;
    private final Listener listener;

    private long counted;
    private int countedBytes;
    private boolean busy;
    private boolean lean;
    private long leanSince;
    private boolean unknown;
    private long askedAt;
    private long unknownSince;

    /** @param most output tokens, over all choices, that the backend was asked for at most */
    Allowance(Relay.Loop loop, CallHandle call, AnswerText text, long most, Listener listener) {
        this.loop = loop;
        this.call = call;
        this.text = text;
        this.most = most;
        this.listener = listener;
    }

    /** Whether everything that has come is held for. */
    boolean covers() {
        return left() >= 0;
    }

    private long left() {
        long covered = call.coveredTokens();
        return covered == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : covered - Math.min(most, counted + text.bytes() - countedBytes);
    }

    /** More has come: holds ahead if it is time. */
    void look() {
        long left = left();
        long now = System.nanoTime();
        lean &= now - leanSince < LEAN;
        if (busy || left >= (lean ? 0 : call.sliceTokens() / 2) || unknown && now - askedAt < TRY_AGAIN) {
            return;
        }
        if (lean && countedBytes < text.keptBytes()) {
            tighten();
        } else {
            busy = true;
            askedAt = now;
            call.extend(lean ? -left : Math.max(call.sliceTokens(), -left), this::answered);
        }
    }

    private void tighten() {
        busy = true;
        askedAt = System.nanoTime();
        byte[] rest = text.keptFrom(countedBytes);
        int upTo = text.keptBytes();
        loop.counting().count(() -> Tokenizer.count(AnswerText.decode(rest)), loop.executor(), tokens -> {
            busy = false;
            counted += Math.min(tokens.orElse(rest.length), rest.length);
            countedBytes = upTo;
            moved();
        });
    }

    private void answered(Extension extension) {
        busy = false;
        long now = System.nanoTime();
        switch (extension) {
            case GRANTED -> {
                unknown = false;
                moved();
            }
            case REFUSED -> {
                unknown = false;
                if (lean && !covers()) {
                    listener.creditGone();
                } else {
                    lean = true;
                    leanSince = now;
                    moved();
                }
            }
            case UNAVAILABLE -> {
                unknownSince = unknown ? unknownSince : now;
                unknown = true;
            }
        }
    }

    private void moved() {
        if (covers()) {
            listener.goOn();
        }
        look();
    }

    /** Asks again where no answer was to be had, within bounds. */
    void tick(long now) {
        if (busy && now - askedAt > UNKNOWN_AT_MOST && !covers()) {
            listener.creditUnknown();
        }
        if (!unknown || busy) {
            return;
        }
        if (covers()) {
            unknownSince = now;
        } else if (now - unknownSince > UNKNOWN_AT_MOST) {
            listener.creditUnknown();
            return;
        }
        look();
    }
}
