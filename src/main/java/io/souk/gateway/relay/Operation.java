package io.souk.gateway.relay;

import java.util.Locale;

/** What a caller asks a model to do. The codes are written to disk and never change. */
public enum Operation {
    CHAT(0, "/chat/completions"),
    EMBEDDINGS(1, "/embeddings");

    private final byte code;
    private final String path;
    private final String label = name().toLowerCase(Locale.ROOT);

    Operation(int code, String path) {
        this.code = (byte) code;
        this.path = path;
    }

    /** The lower-case name on records and in metrics. */
    public String label() {
        return label;
    }

    /** The stable code on disk. */
    public byte code() {
        return code;
    }

    /** What the OpenAI dialect puts behind a base path, with a slash in front. */
    public String path() {
        return path;
    }
}
