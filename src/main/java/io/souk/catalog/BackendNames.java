package io.souk.catalog;

import java.util.Map;
import java.util.UUID;

/** What backends are called, for admins; known by the module that keeps them. */
public interface BackendNames {
    /** Every backend there is, by id, in the order of their names. */
    Map<UUID, String> all();
}
