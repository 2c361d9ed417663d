package io.souk.platform;

/** What a process of Souk can be asked to do; by default it does everything. */
public enum Role {
    /** The pages and the management API. */
    PORTAL,
    /** The data plane. */
    GATEWAY,
    /** The house models and their server. */
    MODELS,
    /** Outbox, probes, sweeps and reconciliation. */
    WORKER
}
