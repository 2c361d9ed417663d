package io.souk.gateway.relay;

import io.souk.gateway.dialect.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Takes a backend's credential out of one answer, whatever pieces it comes in: the same number of bytes goes on, and the
 * same bytes. Only an end that may become the credential waits for the next piece; no event of a stream has one.
 */
final class Masking {
    private final Credential credential;
    private @Nullable Bytes kept;

    Masking(Credential credential) {
        this.credential = credential;
    }

    /** The next piece, changed in place; what waits is taken off its end and stands before the next. */
    void pass(Bytes piece) {
        Bytes before = kept;
        if (before != null && !before.isEmpty()) {
            piece.addBefore(before);
            before.clear();
        }
        int end = credential.mask(piece.array(), 0, piece.length());
        if (end < piece.length()) {
            if (before == null) {
                before = new Bytes(piece.length() - end);
                kept = before;
            }
            before.add(piece.array(), end, piece.length());
            piece.cut(end);
        }
    }

    /** The last piece: nothing waits any more. */
    void finish(Bytes piece) {
        pass(piece);
        if (kept != null) {
            piece.add(kept.array(), 0, kept.length());
            kept.clear();
        }
    }

    /** All of a text at once. */
    byte[] whole(byte[] text) {
        credential.mask(text, 0, text.length);
        return text;
    }
}
