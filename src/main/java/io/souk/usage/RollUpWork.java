package io.souk.usage;

import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import java.util.concurrent.TimeUnit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Rolls up what settlements left. Seldom enough that a busy key's calls are one step, often enough that few are left. */
@Component
@ConditionalOnRole(Role.WORKER)
class RollUpWork {
    private final RollUps rollUps;

    RollUpWork(RollUps rollUps) {
        this.rollUps = rollUps;
    }

    @Scheduled(initialDelay = 5, fixedDelay = 5, timeUnit = TimeUnit.SECONDS)
    void rollUp() {
        rollUps.catchUp();
    }
}
