package io.souk.gateway.journal;

import java.nio.file.Path;

/**
 * One file of a journal.
 *
 * @param first the position of its first frame
 * @param createdMicros when it was begun, microseconds since 1970
 * @param damaged its records are not to be trusted and are passed over
 */
record Segment(Path file, long first, long createdMicros, boolean damaged) {
    /** Where in the file the byte with this position stands. */
    long offset(long position) {
        return position - first + Format.HEADER_BYTES;
    }
}
