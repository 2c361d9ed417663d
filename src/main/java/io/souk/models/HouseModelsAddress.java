package io.souk.models;

import java.net.URI;

/** Where this process serves the house models; a bean exists only where it does. */
public interface HouseModelsAddress {
    /**
     * The origin for callers on this machine, without a path, such as {@code http://127.0.0.1:8082}.
     *
     * @throws IllegalStateException before the server listens, and after it stopped
     */
    URI origin();
}
