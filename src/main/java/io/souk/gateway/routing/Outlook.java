package io.souk.gateway.routing;

import java.time.Duration;

/** Whether a call can be sent anywhere at this moment. */
public sealed interface Outlook {
    /** A backend may take it. */
    record Open() implements Outlook {}

    /** Every backend that works is full or resting. @param retryAfter when one may take a call again */
    record Busy(Duration retryAfter) implements Outlook {}

    /** No backend works. @param retryAfter when one will be tried again, zero if that cannot be said */
    record Down(Duration retryAfter) implements Outlook {}
}
