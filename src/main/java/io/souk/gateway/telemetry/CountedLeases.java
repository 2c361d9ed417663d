package io.souk.gateway.telemetry;

import io.souk.gateway.admission.LeaseSource;
import io.souk.kernel.TenantId;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Counts how often credit was asked for and what was answered. */
public final class CountedLeases implements LeaseSource {
    private final LeaseSource source;
    private final LongAdder granted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unavailable = new LongAdder();
    private final LongAdder returned = new LongAdder();

    public CountedLeases(LeaseSource source) {
        this.source = source;
    }

    @Override
    public void grant(TenantId tenant, UUID counterId, Wish wish, Consumer<Grant> then) {
        source.grant(tenant, counterId, wish, answer -> {
            switch (answer) {
                case Grant.Granted given -> (given.nanos() >= wish.need() ? granted : refused).increment();
                case Grant.Unavailable _ -> unavailable.increment();
            }
            then.accept(answer);
        });
    }

    @Override
    public void giveBack(TenantId tenant, UUID counterId, long nanos) {
        returned.increment();
        source.giveBack(tenant, counterId, nanos);
    }

    /** Grants that covered the need. */
    public long granted() {
        return granted.sum();
    }

    /** Grants of less than the need, or of nothing. */
    public long refused() {
        return refused.sum();
    }

    /** Questions that PostgreSQL did not answer. */
    public long unavailable() {
        return unavailable.sum();
    }

    /** Times that unused credit was given back. */
    public long returned() {
        return returned.sum();
    }
}
