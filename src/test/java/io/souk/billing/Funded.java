package io.souk.billing;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import io.souk.kernel.FundingKind;
import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.kernel.TokenCounts;
import io.souk.usage.CallRecord;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.springframework.context.ApplicationContext;

/** An organisation whose calls a test settles, as a gateway would: from a lease, through the settlement. */
public final class Funded {
    private final TenantId tenant;
    private final Settlement settlement;
    private final Leases leases;
    private final Wallets wallets;
    private final FundingRoutes routes;
    private final Postpaid postpaid;
    private final Clock clock;
    private final UUID journal = Ids.next();
    private long drained;

    private Funded(ApplicationContext context, TenantId tenant) {
        this.tenant = tenant;
        this.settlement = context.getBean(Settlement.class);
        this.leases = context.getBean(Leases.class);
        this.wallets = context.getBean(Wallets.class);
        this.routes = context.getBean(FundingRoutes.class);
        this.postpaid = context.getBean(Postpaid.class);
        this.clock = context.getBean(Clock.class);
        leases.open(journal);
    }

    public static Funded of(ApplicationContext context, TenantId tenant) {
        return new Funded(context, tenant);
    }

    /** What pays for calls, in order. */
    public List<UUID> counters() {
        return routes.findAll(List.of(tenant.value())).stream()
                .flatMap(route -> route.counters().stream())
                .toList();
    }

    /** Takes money out on lease, and leaves it there. */
    public void hold(long nanos) {
        grant(counters().getFirst(), nanos);
    }

    private void grant(UUID counter, long nanos) {
        assertThat(leases.grant(journal, tenant, counter, Ids.next(), new Leases.Wish(nanos, nanos, nanos, false))
                        .nanos())
                .isEqualTo(nanos);
    }

    /** Settles a call that costs so much, from credit. */
    public void use(long nanos) {
        use(counters().getFirst(), nanos);
    }

    /** Settles a call that costs so much, on invoice. */
    public void useOnInvoice(long nanos) {
        use(counters().getLast(), nanos);
    }

    private void use(UUID counter, long nanos) {
        grant(counter, nanos);
        settlement.settle(
                journal,
                drained,
                ++drained,
                List.of(new FinishedCall(
                        call(nanos), List.of(new FinishedCall.Share(counter, FundingKind.MONEY, nanos)))));
    }

    public void credit(long nanos, String postingKey) {
        Tenant.run(tenant, () -> wallets.credit(new Money(nanos, "USD"), postingKey, "Top-up"));
    }

    /** Fixes and reports all usage that was settled until now. */
    public void report() {
        postpaid.sealBefore(clock.instant().plusSeconds(1_200));
        postpaid.deliverDue();
    }

    private CallRecord call(long nanos) {
        Instant startedAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return new CallRecord(
                tenant,
                startedAt,
                Ids.next(),
                journal,
                "req",
                Ids.next(),
                Ids.next(),
                Ids.NIL,
                Ids.NIL,
                Ids.NIL,
                null,
                "model",
                "chat",
                false,
                200,
                CallReason.COMPLETED,
                CountSource.PROVIDER,
                TokenCounts.of(10, 5),
                "USD",
                Math.multiplyExact(nanos, 1_000L),
                nanos,
                nanos,
                0,
                1,
                12,
                34,
                startedAt.plusMillis(34));
    }
}
