package io.souk.gateway.dialect;

import org.jspecify.annotations.Nullable;

/**
 * Reads an event stream (WHATWG) in pieces of any size: the events are the same wherever the pieces are cut. An event is
 * told when its blank line is read; names, ids and retry times are not told, because no dialect built on data alone
 * needs them.
 */
public final class SseScan {
    private static final byte[] DATA = {'d', 'a', 't', 'a'};

    /** Hears of the stream. */
    public interface Sink {
        /** The data of one event, its lines joined by a line feed: {@code bytes[from, to)}, during the call only. */
        void event(byte[] bytes, int from, int to);

        /** A comment, which backends send to keep a connection open. */
        void comment();
    }

    private final Sink sink;
    private final int maxEvent;
    // only what is cut by the end of a piece, or has several lines, is put together here
    private final Bytes line = new Bytes(0);
    private final Bytes data = new Bytes(0);
    private byte @Nullable [] lent;
    private int lentFrom;
    private int lentTo;
    private boolean hasData;
    private boolean skipLineFeed;
    private boolean first = true;

    /** @param maxEvent bytes of one event or line above which the stream is refused */
    public SseScan(Sink sink, int maxEvent) {
        this.sink = sink;
        this.maxEvent = maxEvent;
    }

    /** Reads on. @throws MalformedJson if an event is too long */
    public void feed(byte[] bytes, int from, int to) {
        int start = from;
        for (int i = from; i < to; i++) {
            byte c = bytes[i];
            if (c != '\n' && c != '\r') {
                skipLineFeed = false;
                continue;
            }
            if (c == '\n' && skipLineFeed) {
                skipLineFeed = false;
                start = i + 1;
                continue;
            }
            skipLineFeed = c == '\r';
            bounded(i - start);
            if (line.isEmpty()) {
                line(bytes, start, i);
            } else {
                line.add(bytes, start, i);
                line(line.array(), 0, line.length());
                line.clear();
            }
            start = i + 1;
        }
        keepData();
        bounded(to - start);
        line.add(bytes, start, to);
    }

    /** Says that no more bytes come: an event whose blank line is missing counts, if its last line was complete. */
    public void finish() {
        if (!line.isEmpty()) {
            line(line.array(), 0, line.length());
            line.clear();
            keepData();
        }
        dispatch();
    }

    private void bounded(int more) {
        if (line.length() + data.length() + (lentTo - lentFrom) + more > maxEvent) {
            throw new MalformedJson("an event of the stream is longer than " + maxEvent + " bytes");
        }
    }

    private void line(byte[] text, int from, int to) {
        int at = from;
        if (first) {
            first = false;
            boolean marked = to - at >= 3
                    && text[at] == (byte) 0xef
                    && text[at + 1] == (byte) 0xbb
                    && text[at + 2] == (byte) 0xbf;
            at += marked ? 3 : 0;
        }
        if (at == to) {
            dispatch();
        } else if (text[at] == ':') {
            sink.comment();
        } else if (isData(text, at, to)) {
            at += DATA.length;
            if (at < to) {
                at++;
            }
            if (at < to && text[at] == ' ') {
                at++;
            }
            data(text, at, to);
        }
    }

    /** An event of one line, as nearly all are, is told from where it was read. */
    private void data(byte[] text, int from, int to) {
        if (!hasData && text != line.array()) {
            lent = text;
            lentFrom = from;
            lentTo = to;
        } else {
            keepData();
            if (hasData) {
                data.add('\n');
            }
            data.add(text, from, to);
        }
        hasData = true;
    }

    /** What was lent is given back with the end of the piece. */
    private void keepData() {
        if (lent != null) {
            data.add(lent, lentFrom, lentTo);
            lent = null;
            lentFrom = 0;
            lentTo = 0;
        }
    }

    private static boolean isData(byte[] text, int at, int to) {
        if (to - at < DATA.length) {
            return false;
        }
        for (int i = 0; i < DATA.length; i++) {
            if (text[at + i] != DATA[i]) {
                return false;
            }
        }
        return to - at == DATA.length || text[at + DATA.length] == ':';
    }

    private void dispatch() {
        if (hasData) {
            hasData = false;
            byte[] whole = lent;
            if (whole == null) {
                sink.event(data.array(), 0, data.length());
            } else {
                lent = null;
                int from = lentFrom;
                int to = lentTo;
                lentFrom = 0;
                lentTo = 0;
                sink.event(whole, from, to);
            }
        }
        data.clear();
    }
}
