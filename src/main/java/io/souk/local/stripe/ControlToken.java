package io.souk.local.stripe;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** What opens the switches to a caller. */
public record ControlToken(String value) {
    /** Whether {@code given} is it; never where none is configured. */
    public boolean admits(@Nullable String given) {
        return given != null
                && !value.isBlank()
                && MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "ControlToken[hidden]";
    }
}
