package io.souk.gateway.routing;

import io.souk.gateway.snapshot.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One call's way through an offer's backends: each is asked once at most. Used by one thread. */
public final class Course {
    private final Routing routing;
    private final List<Snapshot.Backend> backends;
    private final boolean[] asked;
    private @Nullable Standing held;
    private boolean told;

    Course(Routing routing, List<Snapshot.Backend> backends) {
        this.routing = routing;
        this.backends = backends;
        this.asked = new boolean[backends.size()];
    }

    /** The next backend, with a place taken there until {@link #leave}; null if none can take the call. */
    public Snapshot.@Nullable Backend next() {
        leave(new Tried.Abandoned());
        int chosen = routing.choose(backends, asked);
        while (chosen >= 0) {
            asked[chosen] = true;
            Snapshot.Backend backend = backends.get(chosen);
            Standing standing = routing.standing(backend);
            if (standing.take(routing.room(backend))) {
                held = standing;
                told = false;
                return backend;
            }
            chosen = routing.choose(backends, asked);
        }
        return null;
    }

    /** Why {@link #next} gives none, or {@link Outlook.Open} where a backend could still be asked. */
    public Outlook outlook() {
        return routing.outlook(backends);
    }

    /** Notes down what the present try told so far; it goes on. */
    public void note(Tried tried) {
        Standing standing = held;
        if (standing != null) {
            told = true;
            standing.note(tried);
        }
    }

    /** The present try is over. @param untold what it told, in case that nothing was noted before */
    public void leave(Tried untold) {
        Standing standing = held;
        if (standing != null) {
            held = null;
            if (!told) {
                standing.note(untold);
            }
            standing.leave();
        }
    }
}
