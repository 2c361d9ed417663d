package io.souk.catalog;

import java.util.UUID;

/** Makes a key for the organisation bound to the thread, so that a model's samples run as they stand. */
public interface KeyMaker {
    /**
     * Makes a key; the answer is the only place where it can be read.
     *
     * @param name 1 to 100 characters, for people
     * @param by the member who asked
     */
    String make(String name, UUID by);
}
