package io.souk.gateway.dialect;

import java.util.Arrays;

/**
 * Reads one JSON object in a single pass, in pieces of any size, and tells a {@link Sink} of the values at chosen
 * {@link JsonPaths}. Checks the grammar as strictly as RFC 8259 does (UTF-8 inside strings is passed unchecked, see {@link Utf8}), keeps
 * nothing but the value that is being read, and never looks at a byte twice.
 */
public final class JsonScan {
    /** Deeper documents are refused. */
    public static final int MAX_DEPTH = 64;

    private static final int SHALLOW = 8;

    private static final int MAX_KEPT = 1 << 20;
    private static final int MAX_KEY = 256;

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private enum State {
        ROOT,
        FIRST_KEY,
        KEY,
        IN_KEY,
        COLON,
        VALUE,
        FIRST_ELEMENT,
        IN_STRING,
        IN_NUMBER,
        IN_LITERAL,
        AFTER_VALUE,
        DONE
    }

    /** Hears of the values at the chosen paths; positions count bytes from the start of the document. */
    public interface Sink {
        /** A value begins; {@link JsonScan#kind()} says which. */
        default void begin(int path, long start) {}

        /** A string, number or literal is complete; {@link JsonScan#raw()} has its bytes. */
        default void scalar(int path, long start, long end) {}

        /** An object or array is complete. */
        default void end(int path, long start, long end) {}
    }

    private final JsonPaths paths;
    private final Sink sink;
    private final Bytes key = new Bytes(32);
    private final Bytes raw = new Bytes(64);

    // they grow with the document's depth; an event of a stream is hardly ever deeper than this
    private boolean[] inObject = new boolean[SHALLOW];
    private int[] nodes = new int[SHALLOW];
    private long[] starts = new long[SHALLOW];
    private long[] members = new long[SHALLOW];
    private int depth;

    private State state = State.ROOT;
    private long consumed;
    private int valueNode = JsonPaths.ROOT;
    private long valueStart;
    private boolean keeping;
    private boolean truncated;
    private boolean keyEscaped;
    private boolean keyPlain = true;
    private int escape;
    private int number;
    private byte[] literal = NULL;
    private int literalAt;
    private byte kind;

    public JsonScan(JsonPaths paths, Sink sink) {
        this.paths = paths;
        this.sink = sink;
    }

    /** What the present value is, by its first byte: one of {@code { [ " 0 t f n}, where 0 stands for any number. */
    public byte kind() {
        return kind;
    }

    /** The bytes of the present scalar as they stand in the document, quotes and escapes included. */
    public Bytes raw() {
        return raw;
    }

    /** Whether the present scalar was too long to keep (over 1 MiB); {@link #raw()} is its beginning. */
    public boolean isTruncated() {
        return truncated;
    }

    /** Whether the last key was written plainly: no escapes, and not merely alike but for its case. */
    public boolean keyIsPlain() {
        return keyPlain;
    }

    /** Where the present member of the outermost object begins: at the comma before it, or at its key if it is first. */
    public long memberStart() {
        return members[1];
    }

    /** Whether the whole object was read. */
    public boolean isDone() {
        return state == State.DONE;
    }

    /** Begins again with another document. */
    public void reset() {
        state = State.ROOT;
        consumed = 0;
        depth = 0;
        valueNode = JsonPaths.ROOT;
        keyPlain = true;
    }

    /** Reads on. @throws MalformedJson as soon as the bytes cannot be part of a JSON object */
    public void feed(byte[] bytes, int from, int to) {
        long base = consumed - from;
        int i = from;
        while (i < to) {
            i = switch (state) {
                case IN_STRING -> string(bytes, i, to, base);
                case IN_KEY -> keyString(bytes, i, to, base);
                case IN_NUMBER -> number(bytes, i, to, base);
                case IN_LITERAL -> literal(bytes[i], i, base);
                default -> structure(bytes[i], i, base);
            };
        }
        consumed = base + to;
    }

    /** Says that no more bytes come. @throws MalformedJson if the object is not complete */
    public void finish() {
        if (state != State.DONE) {
            throw new MalformedJson("the JSON ends early, after " + consumed + " bytes");
        }
    }

    private int structure(byte c, int i, long base) {
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            return i + 1;
        }
        long at = base + i;
        switch (state) {
            case ROOT -> {
                if (c != '{') {
                    throw new MalformedJson("it does not begin with {");
                }
                value(c, at);
            }
            case VALUE -> value(c, at);
            case FIRST_ELEMENT -> {
                if (c == ']') {
                    close(at);
                } else {
                    value(c, at);
                }
            }
            case FIRST_KEY, KEY -> {
                if (c == '}' && state == State.FIRST_KEY) {
                    close(at);
                } else if (c == '"') {
                    if (state == State.FIRST_KEY) {
                        members[depth] = at;
                    }
                    key.clear();
                    keyEscaped = false;
                    state = State.IN_KEY;
                } else {
                    throw unexpected(c, at, "a key in double quotes");
                }
            }
            case COLON -> {
                if (c != ':') {
                    throw unexpected(c, at, "a colon");
                }
                state = State.VALUE;
            }
            case AFTER_VALUE -> afterValue(c, at);
            default -> throw new MalformedJson("there is more after the JSON object, at byte " + at);
        }
        return i + 1;
    }

    private void afterValue(byte c, long at) {
        if (c == ',') {
            if (inObject[depth]) {
                members[depth] = at;
                state = State.KEY;
            } else {
                element();
            }
        } else if (c == (inObject[depth] ? '}' : ']')) {
            close(at);
        } else {
            throw unexpected(c, at, "a comma or the end of the " + (inObject[depth] ? "object" : "array"));
        }
    }

    private void deepen() {
        int levels = Math.min(2 * depth, MAX_DEPTH + 1);
        inObject = Arrays.copyOf(inObject, levels);
        nodes = Arrays.copyOf(nodes, levels);
        starts = Arrays.copyOf(starts, levels);
        members = Arrays.copyOf(members, levels);
    }

    private void element() {
        state = State.VALUE;
        int parent = nodes[depth];
        valueNode = parent == JsonPaths.NOWHERE ? JsonPaths.NOWHERE : paths.element(parent);
    }

    private void value(byte c, long at) {
        int path = valueNode == JsonPaths.NOWHERE ? JsonPaths.NOWHERE : paths.number(valueNode);
        valueStart = at;
        switch (c) {
            case '{', '[' -> {
                if (depth == MAX_DEPTH) {
                    throw new MalformedJson("it is nested deeper than " + MAX_DEPTH + " levels, at byte " + at);
                }
                kind = c;
                if (path != JsonPaths.NOWHERE) {
                    sink.begin(path, at);
                }
                depth++;
                if (depth == nodes.length) {
                    deepen();
                }
                inObject[depth] = c == '{';
                nodes[depth] = valueNode;
                starts[depth] = at;
                if (c == '{') {
                    state = State.FIRST_KEY;
                } else {
                    element();
                    state = State.FIRST_ELEMENT;
                }
            }
            case '"' -> {
                escape = 0;
                scalar(c, path, at, State.IN_STRING);
                keep(c);
            }
            case 't' -> word(TRUE, c, path, at);
            case 'f' -> word(FALSE, c, path, at);
            case 'n' -> word(NULL, c, path, at);
            default -> {
                number = step(0, c);
                if (number < 0) {
                    throw unexpected(c, at, "a value");
                }
                scalar((byte) '0', path, at, State.IN_NUMBER);
                keep(c);
            }
        }
    }

    private void word(byte[] word, byte c, int path, long at) {
        literal = word;
        literalAt = 1;
        scalar(c, path, at, State.IN_LITERAL);
        keep(c);
    }

    private void scalar(byte kindOfValue, int path, long at, State next) {
        kind = kindOfValue;
        state = next;
        keeping = path != JsonPaths.NOWHERE;
        truncated = false;
        raw.clear();
        if (keeping) {
            sink.begin(path, at);
        }
    }

    private void keep(byte c) {
        if (keeping) {
            raw.add(c);
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        if (keeping) {
            int room = Math.min(to - from, MAX_KEPT - raw.length());
            raw.add(bytes, from, from + room);
            truncated |= room < to - from;
        }
    }

    private int string(byte[] bytes, int from, int to, long base) {
        for (int i = escape == 0 ? plain(bytes, from, to) : from; i < to; i++) {
            byte c = bytes[i];
            if (escape != 0) {
                escaped(c, base + i);
            } else if (c == '"') {
                keep(bytes, from, i + 1);
                complete(base + i + 1);
                return i + 1;
            } else if (c == '\\') {
                escape = 1;
            } else if (c >= 0 && c < 0x20) {
                throw new MalformedJson("a string holds an unescaped control character, at byte " + (base + i));
            }
        }
        keep(bytes, from, to);
        return to;
    }

    /** The first byte that is not simply part of a string. */
    private static int plain(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && bytes[i] != '"' && bytes[i] != '\\' && (bytes[i] >= 0x20 || bytes[i] < 0)) {
            i++;
        }
        return i;
    }

    private int keyString(byte[] bytes, int from, int to, long base) {
        for (int i = from; i < to; i++) {
            byte c = bytes[i];
            if (escape != 0) {
                escaped(c, base + i);
            } else if (c == '"') {
                keepKey(bytes, from, i);
                keyDone();
                return i + 1;
            } else if (c == '\\') {
                escape = 1;
                keyEscaped = true;
            } else if (c >= 0 && c < 0x20) {
                throw new MalformedJson("a key holds an unescaped control character, at byte " + (base + i));
            }
        }
        keepKey(bytes, from, to);
        return to;
    }

    private void keepKey(byte[] bytes, int from, int to) {
        if (key.length() <= MAX_KEY) {
            key.add(bytes, from, Math.min(to, from + MAX_KEY + 1 - key.length()));
        }
    }

    /** The state counts what is still to come: 1 the letter after the backslash, 2 to 5 hexadecimal digits. */
    private void escaped(byte c, long at) {
        if (escape == 1) {
            switch (c) {
                case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> escape = 0;
                case 'u' -> escape = 5;
                default -> throw new MalformedJson("a backslash is followed by no valid escape, at byte " + at);
            }
        } else if (Character.digit(c, 16) < 0) {
            throw new MalformedJson("\\u is not followed by four hexadecimal digits, at byte " + at);
        } else {
            escape = escape == 2 ? 0 : escape - 1;
        }
    }

    private void keyDone() {
        state = State.COLON;
        keyPlain = !keyEscaped;
        int parent = nodes[depth];
        valueNode = JsonPaths.NOWHERE;
        if (parent == JsonPaths.NOWHERE || key.length() > MAX_KEY) {
            return;
        }
        if (keyEscaped) {
            String name = JsonText.decode(key.array(), 0, key.length());
            key.clear();
            key.add(name);
        }
        valueNode = paths.child(parent, key.array(), key.length());
        if (valueNode == JsonPaths.NOWHERE) {
            valueNode = paths.alike(parent, key.array(), key.length());
            keyPlain &= valueNode == JsonPaths.NOWHERE;
        }
    }

    private int number(byte[] bytes, int from, int to, long base) {
        for (int i = from; i < to; i++) {
            int next = step(number, bytes[i]);
            if (next < 0) {
                keep(bytes, from, i);
                endNumber(base + i);
                return i;
            }
            number = next;
        }
        keep(bytes, from, to);
        return to;
    }

    private void endNumber(long end) {
        if (number != 2 && number != 3 && number != 5 && number != 8) {
            throw new MalformedJson("a number is not complete, at byte " + end);
        }
        complete(end);
    }

    /** 1 minus, 2 zero, 3 digits, 4 point, 5 fraction, 6 exponent letter, 7 its sign, 8 its digits; -1: not of it. */
    private static int step(int state, byte c) {
        boolean digit = c >= '0' && c <= '9';
        return switch (state) {
            case 0 -> c == '-' ? 1 : c == '0' ? 2 : digit ? 3 : -1;
            case 1 -> c == '0' ? 2 : digit ? 3 : -1;
            case 2 -> c == '.' ? 4 : c == 'e' || c == 'E' ? 6 : -1;
            case 3 -> digit ? 3 : c == '.' ? 4 : c == 'e' || c == 'E' ? 6 : -1;
            case 4 -> digit ? 5 : -1;
            case 5 -> digit ? 5 : c == 'e' || c == 'E' ? 6 : -1;
            case 6 -> c == '+' || c == '-' ? 7 : digit ? 8 : -1;
            default -> digit ? 8 : -1;
        };
    }

    private int literal(byte c, int i, long base) {
        if (c != literal[literalAt]) {
            throw unexpected(c, base + i, "true, false or null");
        }
        keep(c);
        if (++literalAt == literal.length) {
            complete(base + i + 1);
        }
        return i + 1;
    }

    private void complete(long end) {
        state = State.AFTER_VALUE;
        if (keeping) {
            sink.scalar(paths.number(valueNode), valueStart, end);
        }
    }

    private void close(long at) {
        int node = nodes[depth];
        long start = starts[depth];
        kind = (byte) (inObject[depth] ? '{' : '[');
        depth--;
        state = depth == 0 ? State.DONE : State.AFTER_VALUE;
        int path = node == JsonPaths.NOWHERE ? JsonPaths.NOWHERE : paths.number(node);
        if (path != JsonPaths.NOWHERE) {
            sink.end(path, start, at + 1);
        }
    }

    private static MalformedJson unexpected(byte c, long at, String instead) {
        String found = c >= 0x20 && c < 0x7f ? "'" + (char) c + "'" : "byte 0x" + Integer.toHexString(c & 0xff);
        return new MalformedJson(found + " at byte " + at + " where " + instead + " should be");
    }
}
