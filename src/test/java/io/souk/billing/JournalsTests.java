package io.souk.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import io.souk.usage.CallRecord;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A journal whose disk is gone is given up by a person, and then never charges anything any more. */
@SoukTest
class JournalsTests {
    @Autowired
    private ApplicationContext program;

    @Autowired
    private Journals journals;

    @Autowired
    private Leases leases;

    @Autowired
    private Settlement settlement;

    @Autowired
    private FundingRoutes fundingRoutes;

    @Autowired
    @Qualifier("system")
    private JdbcClient system;

    private final UUID journal = Ids.next();
    private Stall.Customer customer;
    private UUID wallet = Ids.NIL;

    @BeforeEach
    void aJournalThatHoldsCredit() {
        customer = new Stall(program).customer(new Money(10_000, "USD"));
        wallet = fundingRoutes
                .findAll(List.of(customer.tenant().value()))
                .getFirst()
                .counters()
                .getFirst();
        leases.open(journal);
        leases.grant(journal, customer.tenant(), wallet, Ids.next(), new Leases.Wish(4_000, 4_000, 4_000, false));
        assertThat(customer.leasedNanos()).isEqualTo(4_000);
    }

    @Test
    void givesBackTheCreditOfAJournalThatIsGivenUpAndGrantsItNothingMore() {
        assertThat(journals.declareLost(journal, null))
                .isEqualTo(new Journals.Declaration.Lost(List.of(new Money(4_000, "USD"))));

        assertThat(customer.leasedNanos()).isZero();
        assertThatThrownBy(() ->
                        leases.grant(journal, customer.tenant(), wallet, Ids.next(), new Leases.Wish(1, 1, 1, false)))
                .hasMessageContaining("given up");
        assertThat(journals.declareLost(journal, null)).isInstanceOf(Journals.Declaration.NothingToDeclare.class);
        assertThat(journals.list())
                .filteredOn(one -> one.id().equals(journal))
                .singleElement()
                .satisfies(one -> assertThat(one.state()).isEqualTo("lost"));
    }

    @Test
    void keepsApartWhatTurnsUpLaterAndChargesNothing() {
        journals.declareLost(journal, null);
        CallRecord call = SettlementTests.record(customer.tenant(), journal, 700, Instant.now());

        settlement.settle(
                journal,
                0,
                10,
                List.of(new FinishedCall(
                        call, List.of(new FinishedCall.Share(wallet, io.souk.kernel.FundingKind.MONEY, 700)))));
        leases.finish(journal);

        assertThat(customer.balanceNanos()).isEqualTo(10_000);
        assertThat(customer.settledCalls()).isZero();
        assertThat(system.sql("select count(*) from billing.quarantine where journal_id = ?")
                        .param(journal)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
        assertThat(leases.find(journal).orElseThrow().state()).isEqualTo("lost");
    }

    @Test
    void refusesToGiveUpAJournalWhoseGatewayIsHeardOf() {
        journals.heardOf(journal);

        assertThat(journals.declareLost(journal, null)).isInstanceOf(Journals.Declaration.StillHeardOf.class);

        assertThat(customer.leasedNanos()).isEqualTo(4_000);
    }

    @Test
    void knowsNoJournalThatNeverWas() {
        assertThat(journals.declareLost(Ids.next(), null)).isInstanceOf(Journals.Declaration.NothingToDeclare.class);
    }
}
