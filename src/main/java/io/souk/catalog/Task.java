package io.souk.catalog;

import java.util.Locale;

/** What a model does for its caller, and so which call reaches it. */
public enum Task {
    /** Answers a conversation: {@code POST /v1/chat/completions}. */
    CHAT("Chat", true),
    /** Turns texts into vectors: {@code POST /v1/embeddings}. */
    EMBEDDINGS("Embeddings", false),
    /** Shortens a text that comes as the message of a chat: {@code POST /v1/chat/completions}. */
    SUMMARIZATION("Summarization", true);

    private final String title;
    private final boolean chat;

    Task(String title, boolean chat) {
        this.title = title;
        this.chat = chat;
    }

    /** The name for people. */
    public String title() {
        return title;
    }

    /** Whether it is called as a chat, and can be streamed; otherwise as embeddings. */
    public boolean isChat() {
        return chat;
    }

    /** The path behind the gateway's base URL, as {@code /chat/completions}. */
    public String path() {
        return chat ? "/chat/completions" : "/embeddings";
    }

    /** The lower-case name in addresses and in the database. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The task with this label; an unknown one is an {@link IllegalArgumentException}. */
    public static Task ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
