package io.souk.gateway.dialect;

/**
 * Reads an event stream (WHATWG) in pieces of any size: the events are the same wherever the pieces are cut. An event is
 * told when its blank line is read; names, ids and retry times are not told, because no dialect built on data alone
 * needs them.
 */
public final class SseScan {
    private static final byte[] DATA = {'d', 'a', 't', 'a'};

    /** Hears of the stream. */
    public interface Sink {
        /** The data of one event, its lines joined by a line feed; valid during the call only. */
        void event(Bytes data);

        /** A comment, which backends send to keep a connection open. */
        void comment();
    }

    private final Sink sink;
    private final int maxEvent;
    private final Bytes line = new Bytes(512);
    private final Bytes data = new Bytes(512);
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
            line.add(bytes, start, i);
            start = i + 1;
            line();
            line.clear();
        }
        bounded(to - start);
        line.add(bytes, start, to);
    }

    /** Says that no more bytes come: an event whose blank line is missing counts, if its last line was complete. */
    public void finish() {
        if (!line.isEmpty()) {
            line();
            line.clear();
        }
        dispatch();
    }

    private void bounded(int more) {
        if (line.length() + data.length() + more > maxEvent) {
            throw new MalformedJson("an event of the stream is longer than " + maxEvent + " bytes");
        }
    }

    private void line() {
        byte[] text = line.array();
        int length = line.length();
        int at = 0;
        if (first) {
            first = false;
            at = length >= 3 && text[0] == (byte) 0xef && text[1] == (byte) 0xbb && text[2] == (byte) 0xbf ? 3 : 0;
        }
        if (at == length) {
            dispatch();
        } else if (text[at] == ':') {
            sink.comment();
        } else if (isData(text, at, length)) {
            at += DATA.length;
            if (at < length) {
                at++;
            }
            if (at < length && text[at] == ' ') {
                at++;
            }
            if (hasData) {
                data.add('\n');
            }
            hasData = true;
            data.add(text, at, length);
        }
    }

    private static boolean isData(byte[] text, int at, int length) {
        if (length - at < DATA.length) {
            return false;
        }
        for (int i = 0; i < DATA.length; i++) {
            if (text[at + i] != DATA[i]) {
                return false;
            }
        }
        return length - at == DATA.length || text[at + DATA.length] == ':';
    }

    private void dispatch() {
        if (hasData) {
            sink.event(data);
        }
        hasData = false;
        data.clear();
    }
}
