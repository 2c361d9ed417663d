package io.souk.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.souk.gateway.relay.Credential;
import io.souk.gateway.relay.Opened;
import io.souk.gateway.relay.Refusal;
import io.souk.gateway.relay.Route;
import io.souk.gateway.routing.Course;
import io.souk.gateway.routing.Outlook;
import io.souk.gateway.routing.Routing;
import io.souk.gateway.routing.Tried;
import io.souk.gateway.snapshot.Snapshot;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sends calls to backends: what routing chooses, as an address to connect to. */
class Dispatch {
    private final Routing routing;
    private final Route.Deadlines deadlines;
    private final int maxTries;
    private final Cache<Snapshot.Backend, Route> routes =
            Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

    /** @param maxTries backends that one call may be sent to */
    Dispatch(Routing routing, Route.Deadlines deadlines, int maxTries) {
        this.routing = routing;
        this.deadlines = deadlines;
        this.maxTries = maxTries;
    }

    /** Why a call of this offer cannot be sent anywhere now, or null if it can: asked before anything is held for it. */
    Opened.@Nullable Refused refusal(Snapshot.Offer offer) {
        return refusal(routing.outlook(offer.backends()));
    }

    private static Opened.@Nullable Refused refusal(Outlook outlook) {
        return switch (outlook) {
            case Outlook.Open _ -> null;
            case Outlook.Busy(var after) -> new Opened.Refused(Refusal.BACKENDS_BUSY, after);
            case Outlook.Down(var after) ->
                after.isZero() ? new Opened.Refused(Refusal.NO_BACKEND) : new Opened.Refused(Refusal.NO_BACKEND, after);
        };
    }

    /** The tries of one call. */
    Tries begin(Snapshot.Offer offer) {
        return new Tries(routing.begin(offer));
    }

    /** One call's tries, on the call's own thread. */
    final class Tries {
        private final Course course;
        private int tries;

        private Tries(Course course) {
            this.course = course;
        }

        @Nullable
        Route next() {
            Snapshot.Backend backend = tries == maxTries ? null : course.next();
            if (backend == null) {
                course.leave(new Tried.Abandoned());
                return null;
            }
            tries++;
            return route(backend, Objects.requireNonNull(backend.address()));
        }

        Opened.Refused none() {
            Opened.Refused refused = refusal(course.outlook());
            return refused == null ? new Opened.Refused(Refusal.BACKENDS_BUSY) : refused;
        }

        void note(Tried tried) {
            course.note(tried);
        }

        void leave(Tried untold) {
            course.leave(untold);
        }
    }

    /** The same route for as long as the snapshot has the same backend. */
    private Route route(Snapshot.Backend backend, InetSocketAddress address) {
        Route known = routes.getIfPresent(backend);
        if (known == null) {
            known = made(backend, address);
            routes.put(backend, known);
        }
        return known;
    }

    private Route made(Snapshot.Backend backend, InetSocketAddress address) {
        String path = backend.baseUrl().getPath();
        return new Route(
                backend.id(),
                address,
                backend.baseUrl().getHost(),
                "https".equals(backend.baseUrl().getScheme()),
                path == null ? "" : withoutSlash(path),
                backend.upstreamModel(),
                Credential.of(backend.credential()),
                deadlines);
    }

    private static String withoutSlash(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }
}
