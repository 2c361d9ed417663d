package io.souk.gateway.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal's finished calls onwards from a watermark, each exactly once. Not thread-safe. After a batch that could
 * not be settled a new drain is made from the watermark that the database has.
 */
public final class Drain implements AutoCloseable {
    private final Tape tape;
    private OpenCalls calls = new OpenCalls();
    private long position;

    // what the tape showed at the last look: no segment that begins before `end` is missing
    private long end;
    private List<Segment> segments = List.of();

    private @Nullable Segment segment;
    private long segmentEnd;
    private @Nullable FrameReader reader;
    private @Nullable FinishedCall ended;

    Drain(Tape tape, long watermark) throws IOException {
        this.tape = tape;
        look();
        if (watermark < 0 || watermark > end) {
            throw new IOException("journal " + tape.journalId() + " is asked for what comes after position " + watermark
                    + " but ends at " + end + ": its volume was set back to an earlier state");
        }
        if (segments.isEmpty() ? watermark < end : segments.getFirst().first() > watermark) {
            throw new IOException("journal " + tape.journalId() + " no longer holds position " + watermark
                    + ": its files begin at "
                    + (segments.isEmpty() ? end : segments.getFirst().first())
                    + " and older ones were deleted after journal.retain");
        }
        toKnownState(watermark);
        try {
            while (position < watermark && read(end)) {
                // what ended before the watermark is settled
            }
            if (reader == null) {
                // inside a damaged segment nothing begins anywhere
                position = watermark;
            }
            if (position != watermark) {
                throw new IOException("position " + watermark + " is no watermark of journal " + tape.journalId()
                        + ": no record begins there");
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * The next calls that have ended, at most {@code maxCalls}. The batch may hold none and still move the watermark, past
     * calls that have only begun; when there is nothing new, {@code to} equals {@code from}.
     *
     * @throws IOException when the journal cannot be read, or is damaged where it was intact before
     */
    public DrainBatch next(int maxCalls) throws IOException {
        long from = position;
        look();
        List<FinishedCall> finished = new ArrayList<>();
        while (finished.size() < maxCalls && position < end) {
            if (!read(end)) {
                break;
            }
            if (ended != null) {
                finished.add(ended);
            }
        }
        return new DrainBatch(finished, from, position);
    }

    /** The database has settled everything before {@code to}: files that only hold that may go in time. */
    public void drained(long to) throws IOException {
        if (to > position) {
            throw new IllegalArgumentException("position " + to + " was not handed out yet, only up to " + position);
        }
        tape.drained(to);
    }

    /** Where the next batch begins. */
    public long position() {
        return position;
    }

    /** Calls that have begun before {@link #position} and not ended. */
    public int openCalls() {
        return calls.size();
    }

    /** The same calls, oldest first. */
    List<OpenCall> stillOpen() {
        return calls.list();
    }

    /** Records met that belong to no open call. */
    long orphans() {
        return calls.orphans();
    }

    @Override
    public void close() throws IOException {
        if (reader != null) {
            reader.close();
        }
        reader = null;
    }

    private void look() {
        end = tape.end();
        segments = tape.segments();
        if (segment != null) {
            segmentEnd = endOf(segment);
        }
    }

    private long endOf(Segment of) {
        for (Segment other : segments) {
            if (other.first() > of.first()) {
                return other.first();
            }
        }
        return Long.MAX_VALUE;
    }

    // the nearest place at or before the watermark where it is known which calls were open
    private void toKnownState(long watermark) throws IOException {
        for (int i = segments.size() - 1; i >= 0; i--) {
            long first = segments.get(i).first();
            if (first > watermark) {
                continue;
            }
            position = first;
            if (first == 0) {
                return;
            }
            OpenCalls known = CarryOver.read(tape, first);
            if (known != null) {
                calls = known;
                return;
            }
        }
        if (segments.isEmpty()) {
            position = watermark;
            return;
        }
        // a damaged carry-over and nothing older: its calls are lost to us, and their records count as orphans
        position = segments.getFirst().first();
    }

    /** Takes one frame, or passes over a damaged segment; false when there is nothing before {@code limit}. */
    private boolean read(long limit) throws IOException {
        ended = null;
        Segment at = segment;
        if (at == null || position >= segmentEnd) {
            at = enter();
        }
        FrameReader frames = reader;
        if (frames == null) {
            position = Math.min(limit, segmentEnd);
            return position < limit;
        }
        if (frames.advance(at.offset(Math.min(limit, segmentEnd))) != FrameReader.Found.FRAME) {
            throw new IOException("segment " + at.file() + " is damaged at byte " + frames.next() + ", position "
                    + position + "; restart this process: recovery will set the segment aside");
        }
        position = at.first() + frames.next() - Format.HEADER_BYTES;
        JournalRecord record = frames.record();
        ended = record == null ? null : calls.accept(record);
        return true;
    }

    /** Opens the segment that holds {@link #position}; there is no reader for a damaged one. */
    private Segment enter() throws IOException {
        int i = segments.size() - 1;
        while (i > 0 && segments.get(i).first() > position) {
            i--;
        }
        Segment at = segments.get(i);
        // the watermark is about to pass the OPENs before this segment
        if (i > 0 && position == at.first()) {
            CarryOver.write(Disk.REAL, tape, position, calls);
        }
        close();
        segment = at;
        segmentEnd = endOf(at);
        if (!at.damaged()) {
            reader = new FrameReader(at.file(), at.offset(position));
        }
        return at;
    }
}
