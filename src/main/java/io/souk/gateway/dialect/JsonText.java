package io.souk.gateway.dialect;

import java.nio.charset.StandardCharsets;

/** Texts into JSON strings and back. */
public final class JsonText {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private JsonText() {}

    /** The text of the inside of a valid JSON string. */
    public static String decode(byte[] inside, int from, int to) {
        String text = new String(inside, from, to - from, StandardCharsets.UTF_8);
        int next = text.indexOf('\\');
        if (next < 0) {
            return text;
        }
        StringBuilder decoded = new StringBuilder(text.length());
        int done = 0;
        while (next >= 0 && next + 1 < text.length()) {
            decoded.append(text, done, next);
            char letter = text.charAt(next + 1);
            done = next + 2;
            switch (letter) {
                case 'b' -> decoded.append('\b');
                case 'f' -> decoded.append('\f');
                case 'n' -> decoded.append('\n');
                case 'r' -> decoded.append('\r');
                case 't' -> decoded.append('\t');
                case 'u' -> {
                    decoded.append((char) Integer.parseInt(text, next + 2, next + 6, 16));
                    done = next + 6;
                }
                default -> decoded.append(letter);
            }
            next = text.indexOf('\\', done);
        }
        return decoded.append(text, done, text.length()).toString();
    }

    /** The text of a whole JSON string, quotes included. */
    public static String unquote(Bytes raw) {
        return decode(raw.array(), 1, raw.length() - 1);
    }

    /** The text as a JSON string, quotes included. */
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < 0x20 || Character.isSurrogate(c) && !isPaired(text, i)) {
                        quoted.append("\\u")
                                .append(HEX[c >> 12])
                                .append(HEX[c >> 8 & 15])
                                .append(HEX[c >> 4 & 15])
                                .append(HEX[c & 15]);
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    private static boolean isPaired(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
}
