package io.souk.gateway;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.souk.gateway.http.GatewayServer;
import io.souk.gateway.routing.Load;
import io.souk.gateway.telemetry.CallLog;
import io.souk.gateway.telemetry.CountedLeases;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The gateway's own figures: what runs, what waits, what was turned away, and how its backends do. */
class GatewayMeters implements AutoCloseable {
    private final MeterRegistry registry;
    private final List<Meter> made = new ArrayList<>();
    private final Map<UUID, Backend> backends = new HashMap<>();

    GatewayMeters(
            MeterRegistry registry,
            GatewayServer server,
            JournalKeeper journal,
            CountedLeases leases,
            @Nullable CallLog log) {
        this.registry = registry;
        gauge("souk.calls.running", "Requests that run now", server, GatewayServer::runningCalls);
        gauge(
                "souk.gateway.loop.lag",
                "Seconds by which the busiest event loop is late",
                server,
                one -> one.lag().toNanos() / 1e9);
        counter(
                "souk.calls.shed",
                "Requests turned away at the door",
                "reason",
                "full",
                server,
                one -> one.shed().full());
        counter(
                "souk.calls.shed",
                "Requests turned away at the door",
                "reason",
                "behind",
                server,
                one -> one.shed().behind());
        gauge(
                "souk.journal.open",
                "Calls that are on record and have not ended",
                journal,
                one -> one.journal().health().openCalls());
        gauge(
                "souk.journal.waiting",
                "Records that wait to be written",
                journal,
                one -> one.journal().health().waiting());
        gauge(
                "souk.journal.size",
                "Bytes that the journal takes",
                journal,
                one -> one.journal().health().usedBytes());
        gauge("souk.journal.backlog", "Bytes on record that are not settled", journal, JournalKeeper::backlogBytes);
        gauge("souk.journal.lag", "Seconds from a call's end to its settlement", journal, JournalKeeper::lagSeconds);
        counter(
                "souk.lease.grants",
                "Answers to asking for credit",
                "outcome",
                "granted",
                leases,
                CountedLeases::granted);
        counter(
                "souk.lease.grants",
                "Answers to asking for credit",
                "outcome",
                "short",
                leases,
                CountedLeases::refused);
        counter(
                "souk.lease.grants",
                "Answers to asking for credit",
                "outcome",
                "unavailable",
                leases,
                CountedLeases::unavailable);
        counter(
                "souk.lease.returns",
                "Times that unused credit was given back",
                "",
                "",
                leases,
                CountedLeases::returned);
        if (log != null) {
            counter(
                    "souk.calls.log.dropped",
                    "Lines of the call log that were not written",
                    "",
                    "",
                    log,
                    CallLog::dropped);
        }
    }

    private <T> void gauge(String name, String what, T from, ToDoubleFunction<T> value) {
        made.add(Gauge.builder(name, from, value).description(what).register(registry));
    }

    private <T> void counter(String name, String what, String key, String tag, T from, ToDoubleFunction<T> value) {
        FunctionCounter.Builder<T> builder =
                FunctionCounter.builder(name, from, value).description(what);
        made.add((key.isEmpty() ? builder : builder.tag(key, tag)).register(registry));
    }

    /** The gauges of one backend. They are made and removed once, so that a page of metrics never shows one twice. */
    private final class Backend {
        private final List<Meter> gauges;
        private volatile Load load;

        Backend(Load first) {
            load = first;
            Tags tags = Tags.of("backend", first.backendId().toString());
            gauges = List.of(
                    Gauge.builder("souk.backend.breaker", this, one -> switch (one.load.state()) {
                                case CLOSED -> 0;
                                case HALF_OPEN -> 1;
                                case OPEN -> 2;
                            })
                            .description("0 closed, 1 half open, 2 open")
                            .tags(tags)
                            .register(registry),
                    Gauge.builder("souk.backend.calls.running", this, one -> one.load.running())
                            .description("Calls that a backend has now")
                            .tags(tags)
                            .register(registry));
        }

        void forget() {
            gauges.forEach(registry::remove);
        }
    }

    /** One at a time. */
    synchronized void backends(List<Load> loads) {
        Set<UUID> told = new HashSet<>();
        for (Load load : loads) {
            told.add(load.backendId());
            backends.computeIfAbsent(load.backendId(), _ -> new Backend(load)).load = load;
        }
        backends.entrySet().removeIf(entry -> {
            boolean gone = !told.contains(entry.getKey());
            if (gone) {
                entry.getValue().forget();
            }
            return gone;
        });
    }

    @Override
    public void close() {
        backends(List.of());
        made.forEach(registry::remove);
    }
}
