package io.souk.catalog;

import java.util.Map;
import java.util.UUID;

/** What backends are called, for admins; known by the module that keeps them. */
public interface BackendNames {
    /** A backend, and the name of the model that it serves. */
    record Named(String name, String model) {
        /** Tells apart backends of the same name. */
        public String words() {
            return name + " (" + model + ")";
        }
    }

    /** Every backend there is, by id, in the order of their names. */
    Map<UUID, Named> all();
}
