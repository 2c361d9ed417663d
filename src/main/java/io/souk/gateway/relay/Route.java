package io.souk.gateway.relay;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One backend as it is to be reached for one call.
 *
 * @param address the resolved address that was checked; it is connected to without another look-up
 * @param host the name for the {@code Host} header, for SNI and for the certificate, without port
 * @param basePath what stands before {@code /chat/completions}, as {@code /v1}; empty or with a slash in front, none behind
 * @param upstreamModel the backend's own name for the model
 * @param credential null for none
 */
public record Route(
        UUID backendId,
        InetSocketAddress address,
        String host,
        boolean tls,
        String basePath,
        String upstreamModel,
        @Nullable Credential credential,
        Deadlines deadlines) {
    public Route {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("the address of a route must be resolved and checked: " + address);
        }
    }

    @Override
    public String toString() {
        return "Route[" + backendId + " " + (tls ? "https" : "http") + "://" + host + ":" + address.getPort() + basePath
                + "]";
    }

    /**
     * How long a backend may take.
     *
     * @param firstByte from the request sent to the head of the answer
     * @param idle the longest silence inside an answer
     * @param total from the request sent to the end of the answer
     */
    public record Deadlines(Duration firstByte, Duration idle, Duration total) {}
}
