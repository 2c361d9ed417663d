package io.souk.gateway.relay;

import io.souk.gateway.dialect.Bytes;
import io.souk.gateway.dialect.JsonText;
import java.util.Arrays;

/** What a model has said so far, kept in case that nobody else counts it. */
public final class AnswerText {
    private static final int MAX_KEPT = 1 << 20;

    private final Bytes kept = new Bytes(256);
    private long bytes;
    private int pieces;
    private long deliveredBytes;
    private int deliveredPieces;
    private int deliveredKept;

    /** Adds a piece as it stands in a JSON document, quotes included. An empty one does not count. */
    public void add(Bytes rawString) {
        int inside = rawString.length() - 2;
        if (inside <= 0) {
            return;
        }
        bytes += inside;
        pieces++;
        if (kept.length() + inside <= MAX_KEPT) {
            kept.add(rawString.array(), 1, rawString.length() - 1);
        }
    }

    /** All that was added so far has been passed on to the caller. */
    public void delivered() {
        deliveredBytes = bytes;
        deliveredPieces = pieces;
        deliveredKept = kept.length();
    }

    /** Bytes that were passed on. */
    public long deliveredBytes() {
        return deliveredBytes;
    }

    /** Pieces with text that were passed on. */
    public int deliveredPieces() {
        return deliveredPieces;
    }

    /** What was passed on of {@link #kept()}. */
    public byte[] deliveredKept() {
        return Arrays.copyOf(kept.array(), deliveredKept);
    }

    /** The part of {@link #kept()} from a place on. */
    public byte[] keptFrom(int place) {
        return Arrays.copyOfRange(kept.array(), place, kept.length());
    }

    /** How many bytes are kept. */
    public int keptBytes() {
        return kept.length();
    }

    public boolean isEmpty() {
        return bytes == 0;
    }

    /** Pieces that held text; a backend sends a token in no more than one of them, as a rule. */
    public int pieces() {
        return pieces;
    }

    /** All bytes added, of which {@link #kept()} holds the first MiB. */
    public long bytes() {
        return bytes;
    }

    /** The bytes that were kept, still escaped. */
    public byte[] kept() {
        return kept.toArray();
    }

    /** The text of {@link #kept()}. */
    public static String decode(byte[] kept) {
        return JsonText.decode(kept, 0, kept.length);
    }
}
