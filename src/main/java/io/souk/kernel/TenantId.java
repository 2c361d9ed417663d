package io.souk.kernel;

import java.util.UUID;

/** The organisation that a row, a call or a request belongs to. */
public record TenantId(UUID value) {
    /** @throws IllegalArgumentException if the text is no UUID */
    public static TenantId of(String text) {
        return new TenantId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
