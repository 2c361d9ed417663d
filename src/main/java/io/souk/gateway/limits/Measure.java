package io.souk.gateway.limits;

/** What a limit counts. */
public enum Measure {
    REQUESTS,
    TOKENS,
    CALLS_AT_ONCE
}
