package io.souk.supply;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What an admin states about a backend.
 *
 * @param name for admins, 1 to 100 characters
 * @param baseUrl what stands before {@code /chat/completions}, as {@code http://127.0.0.1:11434/v1}
 * @param upstreamModel the backend's own name for the model
 * @param credential sent as a bearer token; null keeps the present one, empty removes it
 * @param priority 1 to 100, 1 is asked first
 * @param weight 1 to 1000, share among backends of the same priority
 * @param maxCalls calls at once from each gateway, 1 to 100000; null for the gateway's own number
 */
public record BackendDraft(
        String name,
        URI baseUrl,
        String upstreamModel,
        @Nullable String credential,
        int priority,
        int weight,
        @Nullable Integer maxCalls,
        boolean enabled) {
    /** The only dialect so far. */
    public static final String DIALECT = "openai";

    /** An enabled backend of the first priority. */
    public static BackendDraft of(String name, URI baseUrl, String upstreamModel, @Nullable String credential) {
        return new BackendDraft(name, baseUrl, upstreamModel, credential, 1, 1, null, true);
    }

    /** A record's own text would hold the credential. */
    @Override
    public String toString() {
        return "BackendDraft[" + name + " " + baseUrl + "]";
    }
}
