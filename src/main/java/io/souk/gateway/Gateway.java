package io.souk.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.souk.access.BudgetRoutes;
import io.souk.access.KeyRoutes;
import io.souk.access.LimitRoutes;
import io.souk.billing.FundingRoutes;
import io.souk.billing.Journals;
import io.souk.billing.Leases;
import io.souk.billing.Settlement;
import io.souk.catalog.OfferRoutes;
import io.souk.gateway.admission.Admission;
import io.souk.gateway.admission.Credit;
import io.souk.gateway.http.GatewayServer;
import io.souk.gateway.journal.Journal;
import io.souk.gateway.limits.RateLimits;
import io.souk.gateway.limits.SharedBuckets;
import io.souk.gateway.relay.TokenCounting;
import io.souk.gateway.routing.Routing;
import io.souk.gateway.telemetry.CallLog;
import io.souk.gateway.telemetry.CallMeters;
import io.souk.gateway.telemetry.CountedLeases;
import io.souk.platform.ChangeLog;
import io.souk.subscriptions.SubscriptionRoutes;
import io.souk.supply.AddressRule;
import io.souk.supply.BackendReports;
import io.souk.supply.BackendRoutes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The data plane of this process, put together by hand and started in the order in which a call needs its parts:
 * journal, snapshot, credit, listener. Stopped in the reverse order, so that no call loses what it stands on.
 *
 * <p>A journal whose disk failed takes nothing any more, and what it holds can only be settled by a recovery. So once its
 * folder can be written again the data plane ends and begins anew, with another journal. The listener stays and refuses
 * calls meanwhile.
 */
class Gateway implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);
    private static final long LOOK_AT_JOURNAL_EVERY_MILLIS = 1_000;
    private static final long EXPIRE_EVERY_MILLIS = 25;
    private static final long SWEEP_EVERY_MILLIS = 1_000;

    private final GatewayProperties properties;
    private final RedisProperties redis;
    private final Path journals;
    private final Parts parts;
    private final Switchboard switchboard = new Switchboard();
    private @Nullable GatewayServer listener;
    private @Nullable Running running;
    private @Nullable Thread renewal;

    /** What the control plane gives. */
    record Parts(
            ChangeLog changeLog,
            KeyRoutes keys,
            OfferRoutes offers,
            BackendRoutes backends,
            SubscriptionRoutes subscriptions,
            FundingRoutes funding,
            LimitRoutes limits,
            BudgetRoutes budgets,
            Leases leases,
            Journals journals,
            Settlement settlement,
            AddressRule addresses,
            BackendReports reports,
            MeterRegistry meters,
            Clock clock) {
        /** What gateways know of all this, kept up to date; not started. */
        SnapshotFeed feed(Duration maxAge, DatabaseClock adjusted) {
            return new SnapshotFeed(
                    changeLog,
                    keys,
                    offers,
                    backends,
                    subscriptions,
                    funding,
                    limits,
                    budgets,
                    new CheckedAddresses(addresses),
                    maxAge,
                    adjusted);
        }
    }

    private record Running(
            JournalKeeper journal,
            SnapshotFeed feed,
            LeaseDesk leaseDesk,
            Credit credit,
            @Nullable SharedBuckets shared,
            TokenCounting counting,
            Observed observed,
            ScheduledExecutorService pulse,
            ExecutorService virtualThreads) {}

    /** @param journals the folder of this process's journals */
    Gateway(GatewayProperties properties, RedisProperties redis, Path journals, Parts parts) {
        this.properties = properties;
        this.redis = redis;
        this.journals = journals;
        this.parts = parts;
    }

    @Override
    public synchronized void start() {
        GatewayServer server = new GatewayServer(properties, switchboard, switchboard, parts.clock);
        listener = server;
        try {
            begin(server);
            server.start();
        } catch (RuntimeException refused) {
            end(properties.stopTimeout());
            throw refused;
        }
        renewal = Thread.ofPlatform().daemon().name("journal-renewal").start(this::renewUntilStopped);
    }

    /** What had begun when this fails stays for {@link #halt}. */
    private void begin(GatewayServer server) {
        JournalKeeper journal = new JournalKeeper(
                journals,
                properties.journal().settings(),
                parts.leases,
                parts.journals,
                parts.settlement,
                parts.offers,
                parts.clock);
        DatabaseClock clock = new DatabaseClock(parts.clock);
        SnapshotFeed feed = parts.feed(properties.snapshotMaxAge(), clock);
        ExecutorService virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
        LeaseDesk leaseDesk = new LeaseDesk(parts.leases, journal.journal().id(), virtualThreads);
        journal.whenSetBack(leaseDesk::giveBackWhatWasForgotten);
        CountedLeases countedLeases = new CountedLeases(leaseDesk);
        Credit credit = new Credit(countedLeases, System::nanoTime);
        feed.tell(new SnapshotFeed.CounterNews() {
            @Override
            public void recalled(UUID counterId) {
                credit.recall(counterId);
            }

            @Override
            public void raised(UUID counterId) {
                credit.raised(counterId);
            }
        });
        TokenCounting counting = new TokenCounting(1);
        Routing routing = routing();
        @Nullable CallLog log = callLog();
        CallMeters calls = new CallMeters(parts.meters);
        SharedBuckets shared =
                redis.isGiven() ? new SharedBuckets(redis.address(), redis.deadline(), System::nanoTime) : null;
        CallDesk desk = new CallDesk(
                feed,
                new Admission(properties.defaultOutputCap()),
                new RateLimits(System::nanoTime, shared),
                credit,
                new Holding(credit, counting, properties.hold().slice()),
                journal.journal(),
                clock,
                new Dispatch(
                        routing, properties.deadlines(), properties.routing().maxTries()),
                new CallWatch(calls, log, parts.clock));
        ScheduledExecutorService pulse = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("gateway-pulse").factory());
        BackendReporter reporter = new BackendReporter(
                routing,
                feed,
                parts.reports,
                new GatewayMeters(parts.meters, server, journal, countedLeases, log),
                journal.journal().id(),
                properties.port());
        running = new Running(
                journal,
                feed,
                leaseDesk,
                credit,
                shared,
                counting,
                new Observed(reporter, calls, log),
                pulse,
                virtualThreads);
        feed.start();
        pulse.scheduleWithFixedDelay(
                desk::expireOpenings, EXPIRE_EVERY_MILLIS, EXPIRE_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        pulse.scheduleWithFixedDelay(credit::tick, Credit.TICK_MILLIS, Credit.TICK_MILLIS, TimeUnit.MILLISECONDS);
        pulse.scheduleWithFixedDelay(
                () -> {
                    credit.sweep();
                    if (shared != null) {
                        shared.connect();
                    }
                    virtualThreads.execute(leaseDesk::retryPending);
                },
                SWEEP_EVERY_MILLIS,
                SWEEP_EVERY_MILLIS,
                TimeUnit.MILLISECONDS);
        long reportEvery = properties.routing().report().toMillis();
        pulse.scheduleWithFixedDelay(
                () -> virtualThreads.execute(reporter::report), reportEvery, reportEvery, TimeUnit.MILLISECONDS);
        switchboard.connect(desk, () -> {
            Journal.Health health = journal.journal().health();
            return !health.failed() && !health.stalled();
        });
    }

    private void renewUntilStopped() {
        boolean failed = false;
        boolean stalled = false;
        while (true) {
            synchronized (this) {
                if (renewal != Thread.currentThread()) {
                    return;
                }
                try {
                    wait(LOOK_AT_JOURNAL_EVERY_MILLIS);
                } catch (InterruptedException stopping) {
                    return;
                }
                if (renewal == Thread.currentThread()) {
                    failed = renewed(failed);
                    stalled = stalls(stalled);
                }
            }
        }
    }

    /** @return whether a write of the journal hangs */
    private boolean stalls(boolean known) {
        Running now = running;
        boolean stalled = now != null && now.journal.journal().health().stalled();
        if (stalled && !known) {
            log.error(
                    "A write to the journal in {} does not return, so calls are answered 503 until it does. Look at the"
                            + " disk.",
                    journals);
        } else if (known && !stalled) {
            log.info("The journal in {} is written again", journals);
        }
        return stalled;
    }

    /** @return whether the journal is still one that failed */
    private boolean renewed(boolean known) {
        Running old = running;
        if (old != null) {
            Journal.Health health = old.journal.journal().health();
            if (!health.failed()) {
                return false;
            }
            if (!known) {
                log.error(
                        "The journal in {} failed, so calls are answered 503. It begins anew once files can be written"
                                + " there. Look at the disk.",
                        journals,
                        health.trouble());
            }
        }
        try {
            Journal.probe(journals);
        } catch (IOException stillBad) {
            log.debug("The journal cannot begin anew yet", stillBad);
            return true;
        }
        GatewayServer server = Objects.requireNonNull(listener);
        // what runs cannot be recorded to its end, so nothing is gained by waiting for it
        switchboard.disconnect();
        server.abortCalls();
        halt();
        try {
            begin(server);
        } catch (RuntimeException notYet) {
            log.debug("The gateway cannot begin anew yet", notYet);
            halt();
            return true;
        }
        log.info("The journal in {} began anew; what the one before held is settled", journals);
        return false;
    }

    /** What is told of the gateway, to be closed with it. */
    private record Observed(
            BackendReporter reporter,
            CallMeters meters,
            @Nullable CallLog log) {
        void close() {
            reporter.close();
            meters.close();
            if (log != null) {
                log.close();
            }
        }
    }

    private Routing routing() {
        GatewayProperties.Routing settings = properties.routing();
        return new Routing(
                new Routing.Settings(
                        properties.maxConnections(),
                        settings.breakerWindow(),
                        settings.breakerMinimum(),
                        settings.breakerPercent(),
                        settings.breakerOpen(),
                        settings.breakerProbes()),
                below -> ThreadLocalRandom.current().nextInt(below),
                parts.clock);
    }

    private @Nullable CallLog callLog() {
        return switch (properties.telemetry().callLog()) {
            case OFF -> null;
            case TEXT -> new CallLog(false);
            case JSON -> new CallLog(true);
        };
    }

    @Override
    public synchronized void stop() {
        renewal = null;
        notifyAll();
        end(properties.stopTimeout());
    }

    private void end(Duration grace) {
        GatewayServer server = listener;
        listener = null;
        if (server != null) {
            server.stop(grace);
        }
        halt();
    }

    /** Ends the data plane behind the listener. */
    private void halt() {
        switchboard.disconnect();
        Running stopping = running;
        if (stopping == null) {
            return;
        }
        running = null;
        stopping.pulse.shutdownNow();
        stopping.observed.close();
        stopping.feed.close();
        stopping.counting.close();
        if (stopping.shared != null) {
            stopping.shared.close();
        }
        stopping.credit.giveBackAll();
        stopping.leaseDesk.retryPending();
        stopping.virtualThreads.close();
        stopping.journal.close();
    }

    @Override
    public synchronized boolean isRunning() {
        return renewal != null;
    }
}
