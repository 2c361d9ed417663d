package io.souk.supply;

import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Asks every backend of a live offer whether it is there. Two failures in a row make it down, one answer makes it up
 * again. With the defaults this shows within ten seconds: at worst a round of two deadlines has just begun, then comes
 * the interval, then two deadlines. Several workers may ask at once: what they write is the same.
 *
 * <p>The rounds have a thread of their own. Jobs with a fixed delay share one thread of Spring's, where a payment
 * provider or a mail server that does not answer would hold them up.
 */
@Component
@ConditionalOnRole(Role.WORKER)
class HealthChecks implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(HealthChecks.class);

    private final Backends backends;
    private final Probe probe;
    private final SupplyProperties properties;
    private final JdbcClient system;
    private final Clock clock;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("health-", 0).factory());
    private final Semaphore atOnce;
    private @Nullable ScheduledExecutorService rounds;

    HealthChecks(
            Backends backends,
            Probe probe,
            SupplyProperties properties,
            @Qualifier("system") JdbcClient system,
            Clock clock) {
        this.backends = backends;
        this.probe = probe;
        this.properties = properties;
        this.system = system;
        this.clock = clock;
        this.atOnce = new Semaphore(properties.probesAtOnce());
    }

    @Override
    public synchronized void start() {
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("health").factory());
        long interval = properties.probeInterval().toMillis();
        started.scheduleWithFixedDelay(this::roundOrWarn, interval, interval, TimeUnit.MILLISECONDS);
        rounds = started;
    }

    @Override
    public synchronized void stop() {
        ScheduledExecutorService running = rounds;
        if (running != null) {
            running.shutdownNow();
            rounds = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return rounds != null;
    }

    /** What a round throws would end all rounds to come. */
    private void roundOrWarn() {
        try {
            round();
        } catch (RuntimeException failed) {
            log.warn("a round of probes broke off", failed);
        }
    }

    /** One round over all backends; ends when the last probe has. */
    void round() {
        List<BackendRoute> asked;
        try {
            asked = backends.live();
        } catch (RuntimeException databaseAway) {
            log.warn("no backends were probed, for their list could not be read: {}", databaseAway.getMessage());
            return;
        }
        List<Future<?>> running = new ArrayList<>();
        try {
            for (BackendRoute backend : asked) {
                atOnce.acquire();
                running.add(threads.submit(() -> {
                    try {
                        check(backend);
                    } catch (RuntimeException failed) {
                        log.warn("the health of backend {} could not be noted: {}", backend.id(), failed.getMessage());
                    } finally {
                        atOnce.release();
                    }
                }));
            }
            for (Future<?> check : running) {
                check.get();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void check(BackendRoute backend) {
        Look look = look(backend);
        if (look instanceof Look.Failed && backend.up()) {
            look = look(backend);
        }
        switch (look) {
            case Look.Found found -> note(backend, "up", found.latencyMs(), null);
            case Look.Failed(String problem) -> note(backend, "down", null, problem);
        }
    }

    private Look look(BackendRoute backend) {
        return probe.look(backend.baseUrl(), backend.credential(), properties.probeDeadline());
    }

    private void note(BackendRoute backend, String state, @Nullable Integer latencyMs, @Nullable String problem) {
        system.sql("""
            insert into supply.backend_health (backend_id, state, since, checked_at, latency_ms, problem)
            select id, :state, :now, :now, :latency, :problem from supply.backends where id = :id
            on conflict (backend_id) do update set
                state = excluded.state,
                since = case when backend_health.state = excluded.state then backend_health.since else excluded.since end,
                checked_at = excluded.checked_at,
                latency_ms = coalesce(excluded.latency_ms, backend_health.latency_ms),
                problem = excluded.problem\
            """)
                .param("id", backend.id())
                .param("state", state)
                .param("now", Timestamp.from(clock.instant()))
                .param("latency", latencyMs, Types.INTEGER)
                .param("problem", problem, Types.VARCHAR)
                .update();
    }
}
