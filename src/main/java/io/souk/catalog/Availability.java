package io.souk.catalog;

import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/** Whether models answer at present; known by the module that keeps their backends. */
public interface Availability {
    /** What is known of an offer's backends together. */
    enum State {
        /** At least one backend answered when it was last asked. */
        UP,
        /** No backend answers. */
        DOWN,
        /** None was asked yet. */
        UNKNOWN
    }

    /** The state of each of these offers; one without an enabled backend is {@link State#DOWN}. */
    Map<UUID, State> of(Collection<UUID> offerIds);
}
