package io.souk.gateway.http;

/** The gateway cannot start; the message says why and what to do. */
public final class GatewayRefused extends RuntimeException {
    GatewayRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
