package io.souk.supply;

import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway knows of a backend. The credential does not show in {@link #toString}.
 *
 * @param credential sent as a bearer token; null for none
 * @param maxCalls calls at once from each gateway; null for the gateway's own number
 * @param up false while its probes fail
 */
public record BackendRoute(
        UUID id,
        UUID offerId,
        URI baseUrl,
        String dialect,
        String upstreamModel,
        @Nullable String credential,
        int priority,
        int weight,
        @Nullable Integer maxCalls,
        boolean up) {
    @Override
    public String toString() {
        return "BackendRoute[" + id + " " + baseUrl + "]";
    }
}
