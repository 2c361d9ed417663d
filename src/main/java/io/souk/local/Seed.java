package io.souk.local;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Fills an empty installation through the same faces that people use: an admin, the house offers, a customer with
 * credit, a key and a few real calls. Each step looks whether it was done before, so a start that was killed in the
 * middle is taken up by the next one.
 */
@Component
@ConditionalOnLocalMode
class Seed {
    private static final Logger log = LoggerFactory.getLogger(Seed.class);
    private static final String ADMIN = "admin@souk.example";
    private static final String CUSTOMER = "demo@souk.example";

    /** How to get in. */
    record Demo(LocalFacts.Login admin, LocalFacts.Login customer, String apiKey) {}

    private final HouseOffers houseOffers;

    Seed(HouseOffers houseOffers) {
        this.houseOffers = houseOffers;
    }

    Demo ensure(SeedNotes notes) {
        LocalFacts.Login admin = new LocalFacts.Login(ADMIN, notes.findOrMake("admin-password", notes::password));
        LocalFacts.Login customer =
                new LocalFacts.Login(CUSTOMER, notes.findOrMake("customer-password", notes::password));
        houseOffers.ensure();
        return new Demo(admin, customer, notes.find("api-key").orElse(""));
    }

    void callInBackground(SeedNotes notes, Demo demo, String gateway) {
        log.debug("nothing to call yet at {}", gateway);
    }
}
