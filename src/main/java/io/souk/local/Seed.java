package io.souk.local;

import io.souk.access.ApiKeyView;
import io.souk.access.ApiKeys;
import io.souk.access.CreatedKey;
import io.souk.catalog.OfferView;
import io.souk.catalog.Task;
import io.souk.kernel.Tenant;
import io.souk.local.stripe.LocalStripe;
import io.souk.subscriptions.Subscriptions;
import io.souk.tenancy.Projects;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Fills an empty installation through the same faces that people use: an admin, the house offers, a customer with
 * credit, a key and a few real calls. Each step looks whether it was done before, so a start that was killed in the
 * middle is taken up by the next one. What people changed since is left as it is.
 */
@Component
@ConditionalOnLocalMode
class Seed {
    private static final Logger log = LoggerFactory.getLogger(Seed.class);
    private static final String ADMIN = "admin@souk.example";
    private static final String CUSTOMER = "demo@souk.example";
    private static final String KEY = "Demo key";
    private static final String COMPLETE = "complete";
    private static final String CALLED = "called";

    /** How to get in, and what was seeded. */
    record Demo(LocalFacts.Login admin, LocalFacts.Login customer, String apiKey, List<OfferView> offers) {}

    private final DemoPeople people;
    private final HouseOffers houseOffers;
    private final Subscriptions subscriptions;
    private final Projects projects;
    private final ApiKeys keys;
    private final DemoTopUp topUp;
    private final ObjectProvider<LocalStripe> simulated;
    private final OneCall oneCall;

    Seed(
            DemoPeople people,
            HouseOffers houseOffers,
            Subscriptions subscriptions,
            Projects projects,
            ApiKeys keys,
            DemoTopUp topUp,
            ObjectProvider<LocalStripe> simulated,
            OneCall oneCall) {
        this.people = people;
        this.houseOffers = houseOffers;
        this.subscriptions = subscriptions;
        this.projects = projects;
        this.keys = keys;
        this.topUp = topUp;
        this.simulated = simulated;
        this.oneCall = oneCall;
    }

    Demo ensure(SeedNotes notes) {
        LocalFacts.Login admin = new LocalFacts.Login(ADMIN, notes.findOrMake("admin-password", notes::password));
        LocalFacts.Login customer =
                new LocalFacts.Login(CUSTOMER, notes.findOrMake("customer-password", notes::password));
        if (notes.isDone(COMPLETE)) {
            return new Demo(admin, customer, notes.find("api-key").orElseThrow(), houseOffers.ensure());
        }
        try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<OfferView>> live = beside.submit(houseOffers::ensure);
            Future<?> administered = beside.submit(() -> people.admin(admin));
            DemoPeople.Demo demo = people.customer(customer);
            topUp.ensure(notes, demo, customer.email(), simulated.getIfAvailable() != null);
            resultOf(administered);
            List<OfferView> offers = resultOf(live);
            Tenant.run(demo.tenant(), () -> {
                offers.forEach(offer -> subscriptions.subscribe(offer.id(), demo.accountId()));
                ensureKey(notes, demo);
            });
            notes.done(COMPLETE);
            return new Demo(admin, customer, notes.find("api-key").orElseThrow(), offers);
        }
    }

    /** Waits as long as the house models take to be tested, which has a deadline for each call. */
    private static <T> T resultOf(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the demo could not be set up: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the demo was set up", e);
        }
    }

    /** A key whose secret was not noted before the program was killed is of no use to anybody, so it is revoked. */
    private void ensureKey(SeedNotes notes, DemoPeople.Demo demo) {
        if (notes.find("api-key").isPresent()) {
            return;
        }
        keys.list().stream()
                .filter(key -> key.name().equals(KEY) && key.state() == ApiKeyView.State.ACTIVE)
                .forEach(key -> keys.revoke(key.id(), null));
        CreatedKey created = keys.create(KEY, projects.standard().id(), null, demo.accountId());
        notes.note("api-key", created.secret());
    }

    /** Real calls of the demo customer, so that there is usage to look at; they do not hold up the start. */
    void callInBackground(SeedNotes notes, Demo demo, String gateway) {
        if (notes.isDone(CALLED)) {
            return;
        }
        Thread.ofVirtual().name("demo-calls").start(() -> {
            try {
                URI base = URI.create(gateway + "/v1");
                for (OfferView offer : demo.offers()) {
                    for (String text : DemoTexts.ALL) {
                        oneCall.ask(base, offer.task(), offer.model(), text, demo.apiKey(), offer.task() == Task.CHAT);
                    }
                }
                notes.done(CALLED);
            } catch (RuntimeException e) {
                log.warn("The demo calls did not all succeed; the next start makes them again. {}", e.getMessage());
            }
        });
    }
}
