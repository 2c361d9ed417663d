package io.souk.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.billing.FundingRoutes;
import io.souk.billing.Journals;
import io.souk.billing.Leases;
import io.souk.billing.Settlement;
import io.souk.catalog.OfferRoutes;
import io.souk.catalog.OfferView;
import io.souk.catalog.Task;
import io.souk.gateway.journal.Ack;
import io.souk.gateway.journal.Funding;
import io.souk.gateway.journal.Journal;
import io.souk.gateway.journal.JournalRecord;
import io.souk.gateway.journal.JournalSettings;
import io.souk.kernel.FundingKind;
import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.TokenClass;
import io.souk.kernel.TokenCounts;
import io.souk.support.Folders;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A gateway dies between an extension and the end of a stream: the next start charges by the last checkpoint. */
@SoukTest
class InterruptedStreamTests {
    private static final JournalSettings SMALL =
            JournalSettings.DEFAULTS.withSegmentBytes(256 << 10).withMaxBytes(1 << 20);

    @Autowired
    private ApplicationContext program;

    @Autowired
    private Leases leases;

    @Autowired
    private Journals journals;

    @Autowired
    private Settlement settlement;

    @Autowired
    private OfferRoutes offers;

    @Autowired
    private FundingRoutes fundingRoutes;

    @Autowired
    @Qualifier("system")
    private JdbcClient system;

    @Test
    void chargesByTheCheckpointAndNeverMoreThanWasHeld() throws Exception {
        Stall stall = new Stall(program);
        OfferView offer = stall.model(
                Task.CHAT,
                Map.of(TokenClass.INPUT, 0L, TokenClass.OUTPUT, 1_000_000L),
                URI.create("http://127.0.0.1:9/v1"));
        Stall.Customer customer = stall.customer(new Money(1_000_000, "USD"));
        UUID wallet = fundingRoutes
                .findAll(List.of(customer.tenant().value()))
                .getFirst()
                .counters()
                .getFirst();
        UUID budget = Ids.next();
        system.sql("insert into billing.counters (tenant_id, id, kind, currency, limit_nanos)"
                        + " values (?, ?, 'budget', 'USD', 500000)")
                .params(customer.tenant().value(), budget)
                .update();
        UUID price = offers.all().stream()
                .filter(route -> route.id().equals(offer.id()))
                .findFirst()
                .orElseThrow()
                .prices()
                .getFirst()
                .versionId();
        Path root = Folders.temporary("souk-interrupted");
        UUID id;
        UUID within = Ids.next();
        UUID beyond = Ids.next();
        UUID silent = Ids.next();
        try (Journal journal = Journal.open(root, SMALL, Clock.systemUTC())) {
            id = journal.id();
            leases.open(id);
            for (UUID counter : List.of(wallet, budget)) {
                leases.grant(id, customer.tenant(), counter, Ids.next(), new Leases.Wish(100_000, 1, 100_000, false));
            }
            for (UUID call : List.of(within, beyond, silent)) {
                journal.append(open(call, customer, offer, price, held(wallet, budget, 10_000)), Ack.NONE);
                journal.append(new JournalRecord.Extend(call, held(wallet, budget, 5_000)), Ack.NONE);
            }
            journal.append(checkpoint(within, 12), Ack.NONE);
            // a backend that sent more than it was asked for: what is above the hold is not the customer's
            journal.append(checkpoint(beyond, 40), Ack.NONE);
        }

        new JournalKeeper(root, SMALL, leases, journals, settlement, offers, Clock.systemUTC()).close();

        assertThat(call(within)).isEqualTo("interrupted 12000 of 15000, absorbed 0");
        assertThat(call(beyond)).isEqualTo("interrupted 15000 of 15000, absorbed 25000");
        assertThat(call(silent)).isEqualTo("interrupted 0 of 15000, absorbed 0");
        assertThat(customer.leasedNanos()).isZero();
        assertThat(customer.balanceNanos()).isEqualTo(1_000_000 - 27_000);
        assertThat(system.sql("select spent_nanos from billing.counters where id = ?")
                        .param(budget)
                        .query(Long.class)
                        .single())
                .isEqualTo(27_000);
        assertThat(leases.find(id).orElseThrow().state()).isEqualTo("drained");
        Folders.delete(root);
    }

    private String call(UUID id) {
        return system.sql("""
            select reason || ' ' || charge_nanos || ' of ' || held_nanos || ', absorbed ' || absorbed_nanos
            from usage.calls where call_id = ?\
            """).param(id).query(String.class).single();
    }

    private static List<Funding> held(UUID wallet, UUID budget, long nanos) {
        return List.of(new Funding(wallet, FundingKind.MONEY, nanos), new Funding(budget, FundingKind.CAP, nanos));
    }

    private static JournalRecord checkpoint(UUID call, long output) {
        return new JournalRecord.Checkpoint(call, TokenCounts.of(0, output), 100, Instant.now());
    }

    private static JournalRecord open(
            UUID call, Stall.Customer customer, OfferView offer, UUID price, List<Funding> funding) {
        return new JournalRecord.Open(
                call,
                Instant.now(),
                customer.tenant().value(),
                Ids.next(),
                Ids.next(),
                offer.id(),
                Ids.next(),
                price,
                offer.model(),
                (byte) 0,
                (byte) 0,
                true,
                "req",
                10_000,
                "USD",
                funding);
    }
}
