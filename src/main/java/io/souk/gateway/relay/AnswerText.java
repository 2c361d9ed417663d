package io.souk.gateway.relay;

import io.souk.gateway.dialect.Bytes;
import io.souk.gateway.dialect.JsonText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a model has said so far, kept in case that nobody else counts it. */
public final class AnswerText {
    private static final int MAX_KEPT = 1 << 20;

    private final Bytes kept = new Bytes(256);
    private long bytes;
    private int pieces;
    private long deliveredBytes;
    private int deliveredPieces;
    private int deliveredKept;
    private @Nullable List<Mark> marks;

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

    /** How far a text had come at some moment. */
    record Place(long bytes, int pieces, int kept) {}

    /** Where one event ended in what was appended for the caller. */
    record Mark(int end, Place place) {}

    /** From now on {@link #mark} remembers. */
    void keepMarks() {
        marks = new ArrayList<>();
    }

    /**
     * Tells that the caller may be given what has been appended so far, and wait for the rest.
     *
     * @param end the length of what was appended since the last piece was read
     */
    public void mark(int end) {
        if (marks != null) {
            marks.add(new Mark(end, place()));
        }
    }

    /** The marks since they were last taken. */
    List<Mark> takeMarks() {
        if (marks == null || marks.isEmpty()) {
            return List.of();
        }
        List<Mark> taken = List.copyOf(marks);
        marks.clear();
        return taken;
    }

    Place place() {
        return new Place(bytes, pieces, kept.length());
    }

    /** The caller has been given everything up to here. */
    void delivered(Place place) {
        deliveredBytes = place.bytes;
        deliveredPieces = place.pieces;
        deliveredKept = place.kept;
    }

    /** Bytes that were passed on. */
    long deliveredBytes() {
        return deliveredBytes;
    }

    /** Pieces with text that were passed on. */
    int deliveredPieces() {
        return deliveredPieces;
    }

    /** How many of the kept bytes were passed on. */
    int deliveredKept() {
        return deliveredKept;
    }

    /** What was passed on of {@link #kept()}, from a place on. */
    byte[] deliveredFrom(int from) {
        return Arrays.copyOfRange(kept.array(), from, deliveredKept);
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
