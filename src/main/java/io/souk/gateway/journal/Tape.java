package io.souk.gateway.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** The readable part of a journal, alive or recovered. */
interface Tape {
    UUID journalId();

    Path directory();

    /** Everything before this position is forced and will never change. To be read before {@link #segments}. */
    long end();

    /** The files that hold it, in order. */
    List<Segment> segments();

    /** PostgreSQL has settled everything before this position. */
    void drained(long to) throws IOException;
}
