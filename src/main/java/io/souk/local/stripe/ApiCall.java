package io.souk.local.stripe;

import org.jspecify.annotations.Nullable;

/**
 * A request to the API as it arrived.
 *
 * @param method upper case
 * @param path from {@code /v1} on, still percent-encoded
 * @param form the form-encoded parameters: the body of a POST, the query of anything else; empty where there are none
 */
public record ApiCall(
        String method,
        String path,
        String form,
        @Nullable String authorization,
        @Nullable String idempotencyKey,
        @Nullable String version) {}
