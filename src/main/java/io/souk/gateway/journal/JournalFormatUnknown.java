package io.souk.gateway.journal;

import java.io.IOException;

/** A journal was written in a format that this program does not know; it is left untouched. */
public final class JournalFormatUnknown extends IOException {
    JournalFormatUnknown(String message) {
        super(message);
    }
}
