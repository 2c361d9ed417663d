package io.souk.gateway;

import io.souk.gateway.routing.Load;
import io.souk.gateway.routing.Routing;
import io.souk.supply.BackendReport;
import io.souk.supply.BackendReports;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells admins and metrics how this gateway's backends do, every few seconds. */
class BackendReporter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BackendReporter.class);

    private final Routing routing;
    private final SnapshotFeed feed;
    private final BackendReports reports;
    private final GatewayMeters meters;
    private final UUID gatewayId;
    private final String name;
    private boolean troubled;
    private boolean closed;

    BackendReporter(
            Routing routing,
            SnapshotFeed feed,
            BackendReports reports,
            GatewayMeters meters,
            UUID gatewayId,
            int port) {
        this.routing = routing;
        this.feed = feed;
        this.reports = reports;
        this.meters = meters;
        this.gatewayId = gatewayId;
        this.name = host() + ":" + port;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "gateway";
        }
    }

    /** One report; what PostgreSQL does not take now, the next one tells. */
    synchronized void report() {
        if (closed) {
            return;
        }
        Set<UUID> known = new HashSet<>();
        feed.snapshot().forEachOffer(offer -> offer.backends().forEach(backend -> known.add(backend.id())));
        routing.keepOnly(known);
        List<Load> loads = routing.loads().stream()
                .filter(load -> known.contains(load.backendId()))
                .toList();
        meters.backends(loads);
        try {
            reports.report(
                    gatewayId, name, loads.stream().map(BackendReporter::report).toList());
            troubled = false;
        } catch (RuntimeException away) {
            if (!troubled) {
                log.warn("how backends do could not be told to admins: {}", away.getMessage());
            }
            troubled = true;
        }
    }

    private static BackendReport report(Load load) {
        return new BackendReport(
                load.backendId(),
                switch (load.state()) {
                    case CLOSED -> BackendReport.Breaker.CLOSED;
                    case HALF_OPEN -> BackendReport.Breaker.HALF_OPEN;
                    case OPEN -> BackendReport.Breaker.OPEN;
                },
                load.running(),
                load.room(),
                load.recent(),
                load.failed(),
                load.restsUntil(),
                load.lastFailure(),
                load.lastFailureAt());
    }

    @Override
    public synchronized void close() {
        closed = true;
        meters.close();
        try {
            reports.forget(gatewayId);
        } catch (RuntimeException away) {
            log.debug("the reports of this gateway stay until they are old", away);
        }
    }
}
