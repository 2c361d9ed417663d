package io.souk.gateway.routing;

import java.time.Duration;

/** What a try at a backend told about the backend. */
public sealed interface Tried {
    /** It began a good answer, or refused what only the caller can mend: it works. */
    record Answered() implements Tried {}

    /** It could not be reached, was silent, answered with a fault of its own, or broke its answer off. @param how in a few words */
    record Broke(String how) implements Tried {}

    /** It is overloaded and wants to be left alone; nothing is wrong with it. @param rest for how long */
    record Overloaded(Duration rest) implements Tried {}

    /** The try ended for reasons that are not the backend's, as a caller who hung up. */
    record Abandoned() implements Tried {}
}
