package io.souk.gateway;

import io.souk.gateway.admission.Decision;
import io.souk.gateway.metering.Charge;
import io.souk.gateway.relay.CallEnd;
import io.souk.gateway.relay.CallRequest;
import io.souk.gateway.relay.Opened;
import io.souk.gateway.relay.Operation;
import io.souk.gateway.telemetry.CallLog;
import io.souk.gateway.telemetry.CallMeters;
import io.souk.gateway.telemetry.EndedCall;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells metrics and log of calls; never waits. */
class CallWatch {
    private final CallMeters meters;
    private final @Nullable CallLog log;
    private final Clock clock;

    /** @param log null for none */
    CallWatch(CallMeters meters, @Nullable CallLog log, Clock clock) {
        this.meters = meters;
        this.log = log;
        this.clock = clock;
    }

    /** Passes on what becomes of a call, and counts it if it is refused. */
    Consumer<Opened> refusals(Consumer<Opened> then) {
        return opened -> {
            if (opened instanceof Opened.Refused refused) {
                meters.refused(refused.refusal());
            }
            then.accept(opened);
        };
    }

    Watched of(CallRequest request) {
        return new Watched(request);
    }

    /** One admitted call. */
    final class Watched {
        private final String requestId;
        private final String traceId;
        private final Operation operation;
        private final boolean stream;

        private Watched(CallRequest request) {
            this.requestId = request.requestId();
            this.traceId = request.trace().traceId();
            this.operation = request.operation();
            this.stream = request.stream();
        }

        void ended(
                UUID callId,
                Decision.Admissible admissible,
                CallEnd end,
                Charge charge,
                int attempts,
                boolean recorded) {
            EndedCall call = new EndedCall(
                    clock.instant(),
                    callId,
                    requestId,
                    traceId,
                    admissible.key().tenant().value(),
                    admissible.key().projectId(),
                    admissible.key().id(),
                    admissible.offer().model(),
                    admissible.offer().publisher(),
                    operation,
                    stream,
                    end,
                    charge.counts(),
                    admissible.price().list().currency(),
                    charge.chargeNanos(),
                    attempts,
                    recorded);
            meters.ended(call);
            if (log != null) {
                log.ended(call);
            }
        }
    }
}
