package io.souk.platform;

import java.util.Set;
import org.springframework.core.env.Environment;

/** What a process of Souk can be asked to do; by default it does everything. */
public enum Role {
    /** The pages and the management API. */
    PORTAL,
    /** The data plane. */
    GATEWAY,
    /** The house models and their server. */
    MODELS,
    /** Outbox, probes, sweeps and reconciliation. */
    WORKER;

    /** What this process was asked to do by {@code souk.roles}; everything, if nothing is said. */
    public static Set<Role> of(Environment environment) {
        return OnRole.of(environment);
    }
}
