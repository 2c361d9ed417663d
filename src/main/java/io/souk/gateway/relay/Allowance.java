package io.souk.gateway.relay;

import io.souk.gateway.dialect.Bytes;
import io.souk.gateway.dialect.Tokenizer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How far a stream may be relayed with what is held for it. Used on the call's event loop.
 *
 * <p>How many tokens have come is not known while they come, but no text holds more tokens than bytes. When less than
 * half a slice is left by that bound, another slice is held ahead of the relay. When a slice is refused the bound is made
 * tight, by counting what the caller has away from the event loop, and the hold grows only by what the next event may
 * need; when that is refused too, the credit is at its end.
 */
final class Allowance {
    private static final long TRY_AGAIN = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long UNKNOWN_AT_MOST = TimeUnit.SECONDS.toNanos(10);
    /** After a refusal no whole slice is asked for, unless the balance has had time to change. */
    private static final long LEAN = TimeUnit.SECONDS.toNanos(2);

    private static final int COUNTED_ANEW = 64 * 1024;

    /** What its relay hears, on the event loop. */
    enum News {
        /** More may be passed on, or something else changed: look again. */
        GO_ON,
        /** No more can be held. */
        CREDIT_GONE,
        /** It could not be found out in time whether more can be held. */
        CREDIT_UNKNOWN
    }

    /** @param place how far the text has come with it */
    private record Withheld(byte[] bytes, AnswerText.Place place) {}

    private final Relay.Loop loop;
    private final CallHandle call;
    private final AnswerText text;
    private final long most;
    private final Consumer<News> relay;
    private final ArrayDeque<Withheld> withheld = new ArrayDeque<>();

    private long counted;
    private int countedBytes;
    private boolean busy;
    private boolean lean;
    private long leanSince;
    private boolean unknown;
    private long askedAt;
    private long unknownSince;

    /** @param most output tokens, over all choices, that the backend was asked for at most */
    Allowance(Relay.Loop loop, CallHandle call, AnswerText text, long most, Consumer<News> relay) {
        this.loop = loop;
        this.call = call;
        this.text = text;
        this.most = most;
        this.relay = relay;
        text.keepMarks();
    }

    /** Whether anything that was read must not be passed on yet. */
    boolean withholds() {
        return !withheld.isEmpty();
    }

    /** What may be passed on now, of what waited and of what was read. @param read is taken and emptied */
    Bytes pass(Bytes read) {
        if (withheld.isEmpty() && covers(text.bytes())) {
            text.takeMarks();
            text.delivered(text.place());
            return read;
        }
        int start = 0;
        for (AnswerText.Mark mark : text.takeMarks()) {
            withheld.add(new Withheld(Arrays.copyOfRange(read.array(), start, mark.end()), mark.place()));
            start = mark.end();
        }
        if (start < read.length()) {
            withheld.add(new Withheld(Arrays.copyOfRange(read.array(), start, read.length()), text.place()));
        }
        read.clear();
        Bytes covered = new Bytes(0);
        for (Withheld first = withheld.peek(); first != null && covers(first.place.bytes()); first = withheld.peek()) {
            covered.add(first.bytes);
            text.delivered(first.place);
            withheld.remove();
        }
        return covered;
    }

    private boolean covers(long textBytes) {
        return left(textBytes) >= 0;
    }

    /** The text's length with the next piece that waits, in bytes; all of it if none does. */
    private long next() {
        Withheld first = withheld.peek();
        return first == null ? text.bytes() : first.place.bytes();
    }

    private long left(long textBytes) {
        long covered = call.coveredTokens();
        return covered == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : covered - Math.min(most, counted + textBytes - countedBytes);
    }

    /** Holds ahead if it is time. */
    void look() {
        long now = System.nanoTime();
        lean &= now - leanSince < LEAN;
        long left = left(lean ? next() : text.bytes());
        if (busy || left >= (lean ? 0 : call.sliceTokens() / 2) || unknown && now - askedAt < TRY_AGAIN) {
            return;
        }
        busy = true;
        askedAt = now;
        if (lean && countedBytes < text.deliveredKept()) {
            tighten();
        } else {
            call.extend(lean ? -left : Math.max(call.sliceTokens(), -left), this::answered);
        }
    }

    /** What the caller has is counted, so that only what waits is reckoned by its bytes. */
    private void tighten() {
        int upTo = text.deliveredKept();
        // a text that is cut has more tokens than a whole one; a very long one is cut all the same
        int from = upTo <= COUNTED_ANEW ? 0 : countedBytes;
        byte[] rest = text.deliveredFrom(from);
        loop.counting().count(() -> Tokenizer.count(AnswerText.decode(rest)), loop.executor(), tokens -> {
            busy = false;
            counted = (from == 0 ? 0 : counted) + Math.min(tokens.orElse(rest.length), rest.length);
            countedBytes = upTo;
            relay.accept(News.GO_ON);
        });
    }

    private void answered(Extension extension) {
        busy = false;
        long now = System.nanoTime();
        switch (extension) {
            case GRANTED -> {
                unknown = false;
                relay.accept(News.GO_ON);
            }
            case REFUSED -> {
                unknown = false;
                if (lean && withholds()) {
                    relay.accept(News.CREDIT_GONE);
                } else {
                    lean = true;
                    leanSince = now;
                    relay.accept(News.GO_ON);
                }
            }
            case UNAVAILABLE -> {
                unknownSince = unknown ? unknownSince : now;
                unknown = true;
            }
        }
    }

    /** Asks again where no answer was to be had, within bounds. */
    void tick(long now) {
        boolean waits = withholds();
        if (waits && (busy && now - askedAt > UNKNOWN_AT_MOST || unknown && now - unknownSince > UNKNOWN_AT_MOST)) {
            relay.accept(News.CREDIT_UNKNOWN);
        } else if (unknown && !busy) {
            unknownSince = waits ? unknownSince : now;
            look();
        }
    }
}
