package io.souk.gateway.limits;

import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** How many calls each subject has running in this process. A subject without any takes no memory. */
final class Slots {
    /** @param tenant tells apart organisations under a limit of a model, which each has for itself */
    record Id(UUID tenant, UUID subject) {}

    private final ConcurrentHashMap<Id, Integer> running = new ConcurrentHashMap<>();

    /** Takes a place if fewer than {@code most} are taken. */
    boolean enter(Id id, int most) {
        boolean[] entered = new boolean[1];
        running.compute(id, (_, before) -> {
            int now = before == null ? 0 : before;
            entered[0] = now < most;
            return entered[0] ? Integer.valueOf(now + 1) : before;
        });
        return entered[0];
    }

    void leave(Id id) {
        running.computeIfPresent(id, (_, before) -> before == 1 ? null : Integer.valueOf(before - 1));
    }

    int running(Id id) {
        return running.getOrDefault(id, 0);
    }

    boolean isEmpty() {
        return running.isEmpty();
    }
}
