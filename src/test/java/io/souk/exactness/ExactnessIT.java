package io.souk.exactness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gateways and PostgreSQL are killed, paused and set back under a load of callers that hang up and of a backend that
 * cuts and lies; afterwards every call that the backend saw is settled once, as the table of broken calls says, and the
 * books agree. {@code -Plong} kills the gateway 300 times.
 */
class ExactnessIT extends Market {
    private static final Logger log = LoggerFactory.getLogger(ExactnessIT.class);
    private static final int KILLS = Integer.getInteger("souk.kills.gateway", 10);

    @Test
    void settlesOnceHoweverOftenTheGatewayIsKilled() {
        int gateway = gateways.start();
        Random random = new Random(41);
        try (Load load = new Load(customer, List.of(gateway), Plan.mixture(), 1)) {
            for (int kill = 1; kill <= KILLS; kill++) {
                during(300 + random.nextInt(1_500));
                gateways.kill(gateway);
                gateways.startAgain(gateway);
            }
            during(500);
            load.stop();
            books().agree(KILLS + " kills of the gateway", load, seller.seen());
            assertThat(seller.seen()).as("the load was real").hasSizeGreaterThan(KILLS * 10);
        }
    }

    @Test
    void settlesOnceWhenPostgresIsKilledDuringSettlement() {
        int gateway = gateways.start();
        Random random = new Random(43);
        try (Load load = new Load(customer, List.of(gateway), Plan.mixture(), 2)) {
            for (int kill = 1; kill <= 3; kill++) {
                during(500 + random.nextInt(1_000));
                database.kill();
                during(500);
                database.start();
            }
            during(2_000);
            load.stop();
            books().agree("3 kills of PostgreSQL", load, seller.seen());
        }
    }

    @Test
    void drainsAgainWhatPostgresForgotWhenItIsSetBack() {
        int gateway = gateways.start();
        try (Load load = new Load(customer, List.of(gateway), Plan.mixture(), 3)) {
            during(1_500);
            database.remember();
            during(3_000);
            database.setBack();
            during(2_000);
            load.stop();
            books().agree("PostgreSQL set back by some seconds", load, seller.seen());
        }
    }

    @Test
    void drainsAJournalAgainThatWasPutAwayBeforePostgresWasSetBack() {
        int gateway = gateways.start();
        try (Load load = new Load(customer, List.of(gateway), Plan.mixture(), 4)) {
            during(1_500);
            database.remember();
            during(1_500);
            load.stop();
            gateways.terminate(gateway);
            database.setBack();
            gateways.startAgain(gateway);
            books().agree("PostgreSQL set back after the gateway had ended", load, seller.seen());
        }
    }

    @Test
    void twoGatewaysShareAWalletAndOneIsKilled() {
        int first = gateways.start();
        int second = gateways.start();
        try (Load load = new Load(customer, List.of(first, second), Plan.mixture(), 5)) {
            during(1_500);
            gateways.kill(first);
            during(1_500);
            gateways.startAgain(first);
            during(1_000);
            load.stop();
            books().agree("two gateways, one killed", load, seller.seen());
        }
    }

    @Test
    void aGatewayThatWasPausedForLongerThanItsTimersGoesOn() throws Exception {
        int gateway = gateways.with("souk.gateway.idle-timeout", "1s")
                .with("souk.gateway.first-byte-timeout", "1s")
                .with("souk.gateway.snapshot-max-age", "3s")
                .start();
        try (Load load = new Load(customer, List.of(gateway), Plan.mixture(), 6)) {
            during(1_500);
            gateways.signal(gateway, "STOP");
            during(Duration.ofSeconds(20).toMillis());
            gateways.signal(gateway, "CONT");
            during(2_000);
            load.stop();
            books().agree("20 s of SIGSTOP", load, seller.seen());
        }
    }

    @Test
    void neverSpendsMoreThanThereIs() {
        customer = Customer.of(database.sql(), seller.address(), 3_000_000, 64);
        int first = gateways.start();
        int second = gateways.start();
        try (Load load = new Load(customer, List.of(first, second), List.of(Plan.HONEST, Plan.SLOW), 7)) {
            during(6_000);
            load.stop();
            books().agree("two gateways until the money is gone", load, seller.seen());
            assertThat(load.statuses()).as("the money did end").containsKey(402);
            log.info(
                    "left of 3,000,000 nano-units: {}",
                    database.sql()
                            .sql("select limit_nanos - spent_nanos from billing.counters where id = ?")
                            .param(customer.wallet())
                            .query(Long.class)
                            .single());
        }
    }
}
