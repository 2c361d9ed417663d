package io.souk.gateway;

import io.souk.access.KeyRoutes;
import io.souk.billing.FundingRoutes;
import io.souk.billing.Journals;
import io.souk.billing.Leases;
import io.souk.billing.Settlement;
import io.souk.catalog.OfferRoutes;
import io.souk.gateway.admission.Admission;
import io.souk.gateway.admission.Credit;
import io.souk.gateway.http.GatewayServer;
import io.souk.platform.ChangeLog;
import io.souk.subscriptions.SubscriptionRoutes;
import io.souk.supply.AddressRule;
import io.souk.supply.BackendRoutes;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * The data plane of this process, put together by hand and started in the order in which a call needs its parts:
 * journal, snapshot, credit, listener. Stopped in the reverse order, so that no call loses what it stands on.
 */
class Gateway implements SmartLifecycle {
    private static final long EXPIRE_EVERY_MILLIS = 25;
    private static final long SWEEP_EVERY_MILLIS = 1_000;

    private final GatewayProperties properties;
    private final Path journals;
    private final Parts parts;
    private @Nullable Running running;

    /** What the control plane gives. */
    record Parts(
            ChangeLog changeLog,
            KeyRoutes keys,
            OfferRoutes offers,
            BackendRoutes backends,
            SubscriptionRoutes subscriptions,
            FundingRoutes funding,
            Leases leases,
            Journals journals,
            Settlement settlement,
            AddressRule addresses,
            Clock clock) {}

    private record Running(
            JournalKeeper journal,
            SnapshotFeed feed,
            LeaseDesk leaseDesk,
            Credit credit,
            GatewayServer server,
            ScheduledExecutorService pulse,
            ExecutorService virtualThreads) {}

    /** @param journals the folder of this process's journals */
    Gateway(GatewayProperties properties, Path journals, Parts parts) {
        this.properties = properties;
        this.journals = journals;
        this.parts = parts;
    }

    @Override
    public synchronized void start() {
        JournalKeeper journal = new JournalKeeper(
                journals, properties.journal().settings(), parts.leases, parts.journals, parts.settlement, parts.offers, parts.clock);
        SnapshotFeed feed = new SnapshotFeed(
                parts.changeLog,
                parts.keys,
                parts.offers,
                parts.backends,
                parts.subscriptions,
                parts.funding,
                new CheckedAddresses(parts.addresses),
                properties.snapshotMaxAge());
        ExecutorService virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
        LeaseDesk leaseDesk = new LeaseDesk(parts.leases, journal.journal().id(), virtualThreads);
        Credit credit = new Credit(leaseDesk);
        CallDesk desk = new CallDesk(
                feed,
                new Admission(properties.defaultOutputCap()),
                credit,
                journal.journal(),
                parts.clock,
                properties.deadlines());
        GatewayServer server = new GatewayServer(properties, desk, desk, parts.clock);
        ScheduledExecutorService pulse = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("gateway-pulse").factory());
        running = new Running(journal, feed, leaseDesk, credit, server, pulse, virtualThreads);
        feed.start();
        pulse.scheduleWithFixedDelay(
                desk::expireOpenings, EXPIRE_EVERY_MILLIS, EXPIRE_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        pulse.scheduleWithFixedDelay(
                () -> {
                    credit.sweep();
                    virtualThreads.execute(leaseDesk::retryPending);
                },
                SWEEP_EVERY_MILLIS,
                SWEEP_EVERY_MILLIS,
                TimeUnit.MILLISECONDS);
        try {
            server.start();
        } catch (RuntimeException refused) {
            stop();
            throw refused;
        }
    }

    @Override
    public synchronized void stop() {
        Running stopping = running;
        if (stopping == null) {
            return;
        }
        running = null;
        stopping.server.stop();
        stopping.pulse.shutdownNow();
        stopping.feed.close();
        stopping.credit.giveBackAll();
        stopping.leaseDesk.retryPending();
        stopping.virtualThreads.close();
        stopping.journal.close();
    }

    @Override
    public synchronized boolean isRunning() {
        return running != null;
    }
}
