package io.souk.gateway.telemetry;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.souk.gateway.relay.Operation;
import io.souk.gateway.relay.Refusal;
import io.souk.kernel.CallReason;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * What calls used and how long they took, by model and operation, under the names of OpenTelemetry's conventions for
 * generative AI; and how many were refused, by reason. The meters of a model are made at its first call and then only
 * looked up. Beyond a thousand models the rest is one, called {@code _other}, so that a large catalogue does not become
 * a large page of metrics.
 */
public final class CallMeters implements AutoCloseable {
    private static final int MODELS = 1_000;
    private static final String OTHER = "_other";
    private static final double[] TOKENS = {
        1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864
    };
    private static final Duration[] DURATIONS =
            seconds(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);
    private static final Duration[] FIRST_TOKENS =
            seconds(0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);

    private final MeterRegistry registry;
    private final List<Map<String, Model>> models = Stream.of(Operation.values())
            .<Map<String, Model>>map(_ -> new ConcurrentHashMap<>())
            .toList();
    private final List<LongAdder> refusals =
            Stream.of(Refusal.values()).map(_ -> new LongAdder()).toList();
    private final ConcurrentLinkedQueue<Meter> made = new ConcurrentLinkedQueue<>();

    public CallMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Refusal refusal : Refusal.values()) {
            keep(FunctionCounter.builder("souk.calls.refused", refusals.get(refusal.ordinal()), LongAdder::doubleValue)
                    .description("Calls that were not admitted")
                    .tag("reason", refusal.name().toLowerCase(Locale.ROOT))
                    .register(registry));
        }
    }

    private static Duration[] seconds(double... bounds) {
        return DoubleStream.of(bounds)
                .mapToObj(bound -> Duration.ofNanos((long) (bound * 1e9)))
                .toArray(Duration[]::new);
    }

    private <T extends Meter> T keep(T meter) {
        made.add(meter);
        return meter;
    }

    public void refused(Refusal refusal) {
        refusals.get(refusal.ordinal()).increment();
    }

    public void ended(EndedCall call) {
        Map<String, Model> known = models.get(call.operation().ordinal());
        Model model = known.get(call.model());
        if (model == null) {
            boolean room = known.size() < MODELS;
            String name = room ? call.model() : OTHER;
            String provider = room ? call.provider() : OTHER;
            model = known.computeIfAbsent(name, given -> new Model(given, provider, call.operation()));
        }
        model.ended(call);
    }

    /** The meters of one model and operation. */
    private final class Model {
        private final Tags tags;
        private final DistributionSummary input;
        private final DistributionSummary output;
        private final Timer firstToken;
        private final AtomicReferenceArray<Timer> durations = new AtomicReferenceArray<>(CallReason.values().length);

        Model(String model, String provider, Operation operation) {
            tags = Tags.of(
                    "gen_ai.operation.name", operation.label(),
                    "gen_ai.provider.name", provider,
                    "gen_ai.request.model", model);
            input = tokens("input");
            output = tokens("output");
            firstToken = keep(Timer.builder("gen_ai.server.time_to_first_token")
                    .description("From the request's arrival to the first byte of the model's answer")
                    .serviceLevelObjectives(FIRST_TOKENS)
                    .tags(tags)
                    .register(registry));
        }

        private DistributionSummary tokens(String type) {
            return keep(DistributionSummary.builder("gen_ai.client.token.usage")
                    .description("Tokens that a call used")
                    .serviceLevelObjectives(TOKENS)
                    .tags(tags)
                    .tag("gen_ai.token.type", type)
                    .register(registry));
        }

        void ended(EndedCall call) {
            long in = CallLog.input(call);
            long out = CallLog.output(call);
            if (in > 0) {
                input.record(in);
            }
            if (out > 0) {
                output.record(out);
            }
            if (call.end().firstByteMillis() >= 0) {
                firstToken.record(call.end().firstByteMillis(), TimeUnit.MILLISECONDS);
            }
            duration(call.end().reason()).record(call.end().totalMillis(), TimeUnit.MILLISECONDS);
        }

        /** The registry gives the same timer to two threads that both make it. */
        private Timer duration(CallReason reason) {
            Timer known = durations.get(reason.ordinal());
            if (known != null) {
                return known;
            }
            Timer timer = keep(Timer.builder("gen_ai.server.request.duration")
                    .description("From the request's arrival to the end of the answer")
                    .serviceLevelObjectives(DURATIONS)
                    .tags(tags)
                    .tag("error.type", reason == CallReason.COMPLETED ? "" : reason.label())
                    .register(registry));
            durations.set(reason.ordinal(), timer);
            return timer;
        }
    }

    @Override
    public void close() {
        made.forEach(registry::remove);
    }
}
