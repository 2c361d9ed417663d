package io.souk.gateway;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.souk.gateway.http.GatewayServer;
import io.souk.gateway.routing.Load;
import io.souk.gateway.telemetry.CallLog;
import io.souk.gateway.telemetry.CountedLeases;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The gateway's own figures: what runs, what waits, what was turned away, and how its backends do. */
class GatewayMeters implements AutoCloseable {
    private final MeterRegistry registry;
    private final List<Meter> made = new ArrayList<>();
    private final MultiGauge breakers;
    private final MultiGauge running;

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
        breakers = MultiGauge.builder("souk.backend.breaker")
                .description("0 closed, 1 half open, 2 open")
                .register(registry);
        running = MultiGauge.builder("souk.backend.calls.running")
                .description("Calls that a backend has now")
                .register(registry);
    }

    private <T> void gauge(String name, String what, T from, ToDoubleFunction<T> value) {
        made.add(Gauge.builder(name, from, value).description(what).register(registry));
    }

    private <T> void counter(String name, String what, String key, String tag, T from, ToDoubleFunction<T> value) {
        FunctionCounter.Builder<T> builder =
                FunctionCounter.builder(name, from, value).description(what);
        made.add((key.isEmpty() ? builder : builder.tag(key, tag)).register(registry));
    }

    void backends(List<Load> loads) {
        breakers.register(
                loads.stream()
                        .map(load -> MultiGauge.Row.of(
                                tags(load),
                                switch (load.state()) {
                                    case CLOSED -> 0;
                                    case HALF_OPEN -> 1;
                                    case OPEN -> 2;
                                }))
                        .toList(),
                true);
        running.register(
                loads.stream()
                        .map(load -> MultiGauge.Row.of(tags(load), load.running()))
                        .toList(),
                true);
    }

    private static Tags tags(Load load) {
        return Tags.of("backend", load.backendId().toString());
    }

    @Override
    public void close() {
        backends(List.of());
        made.forEach(registry::remove);
    }
}
