package io.souk.access;

/** A key at the one moment when it can be read. {@link #toString} does not show it. */
public record CreatedKey(ApiKeyView key, String secret) {
    @Override
    public String toString() {
        return "CreatedKey[" + key.start() + "…]";
    }
}
