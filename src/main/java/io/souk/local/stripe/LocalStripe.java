package io.souk.local.stripe;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.node.ObjectNode;

/**
 * The whole local Stripe: stripe-java talks to it unchanged when its API base is {@link #apiBase()} and its key is
 * {@link #secretKey()}. Nothing in it moves money.
 */
public final class LocalStripe {
    /** Stands on every page while payments are simulated. */
    public static final String BANNER = "Simulated payments — no money moves";

    private final Time time;
    private final String apiBase;
    private final String secretKey;
    private final Api api;
    private final CheckoutDesk checkout;
    private final Control control;
    private final Dashboard dashboard;
    private final WebhookSender sender;
    private final Clockwork clockwork;

    /**
     * One that keeps its state through {@code system}, in schema {@code local_stripe}.
     *
     * @param apiBase where its API is served
     * @param pages where people reach its pages, without a slash at the end
     */
    public LocalStripe(
            JdbcClient system, TransactionTemplate transactions, InstantSource clock, String apiBase, String pages) {
        Store store = new Store(system, transactions);
        this.time = new Time(clock, store);
        this.apiBase = apiBase;
        this.secretKey = store.write(() -> store.setting("secret_key").orElseGet(() -> {
            String made = "sk_test_" + Records.random(40);
            store.setting("secret_key", made);
            return made;
        }));
        Records records = new Records(store, time);
        this.sender = new WebhookSender(records);
        Failures failures = new Failures();
        Charges charges = new Charges(records);
        PaymentIntents payments = new PaymentIntents(records, failures, charges);
        SetupIntents setups = new SetupIntents(records);
        Catalogue catalogue = new Catalogue(records);
        CheckoutSessions sessions = new CheckoutSessions(records, catalogue, setups, pages);
        MeterEvents meterEvents = new MeterEvents(records);
        Map<String, Consumer<ObjectNode>> duties = new HashMap<>();
        InvoiceLines lines = new InvoiceLines(records, meterEvents);
        Invoices invoices = new Invoices(records, lines, new Collection(records, payments));
        SubscriptionItems items = new SubscriptionItems(records);
        Subscriptions subscriptions = new Subscriptions(records, invoices, items);
        duties.put(CheckoutSessions.TYPE, sessions::expire);
        duties.put(Subscriptions.TYPE, subscriptions::whenDue);
        duties.put(Invoices.TYPE, invoices::whenDue);
        this.clockwork = new Clockwork(records, sender, duties);
        List<Route> routes = new ArrayList<>();
        routes.addAll(new Customers(records).routes());
        routes.addAll(new PaymentMethods(records).routes());
        routes.addAll(payments.routes());
        routes.addAll(setups.routes());
        routes.addAll(new Refunds(records, charges).routes());
        routes.addAll(catalogue.routes());
        routes.addAll(sessions.routes());
        routes.addAll(new Meters(records, meterEvents).routes());
        routes.addAll(meterEvents.routes());
        routes.addAll(subscriptions.routes());
        routes.addAll(items.routes());
        routes.addAll(invoices.routes());
        routes.addAll(new WebhookEndpoints(records).routes());
        routes.addAll(new EventLog(records).routes());
        routes.addAll(new TestClocks(records).routes());
        Runnable afterWrite = () -> {
            sender.wake();
            clockwork.wake();
        };
        this.api = new Api(records, secretKey, List.copyOf(routes), failures, afterWrite);
        this.checkout = new CheckoutDesk(records, payments, setups, sessions, afterWrite);
        this.control = new Control(records, failures, sender, clockwork);
        this.dashboard = new Dashboard(records);
    }

    /** Begins to send webhooks and to do what falls due. */
    public void start() {
        sender.start();
        clockwork.start();
    }

    /** Ends both, within some seconds; what is left is done after the next start. */
    public void stop() {
        clockwork.stop();
        sender.stop();
    }

    /** What stripe-java's four bases are set to. */
    public String apiBase() {
        return apiBase;
    }

    /** The one key that it accepts, made at its first start. */
    public String secretKey() {
        return secretKey;
    }

    /** The local Stripe's time: the machine's, moved forward by every {@link #advance}. */
    public Instant now() {
        return time.instant();
    }

    /** The same as a clock, for timestamps that are sent to it. */
    public Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return Clock.fixed(instant(), zone);
            }

            @Override
            public Instant instant() {
                return now();
            }
        };
    }

    /**
     * Moves its time forward, doing in order what falls due on the way: renewals, finalisations, payments, expiries. Returns
     * when all of it is done and each of its webhooks was tried once, or five seconds were waited for them.
     */
    public void advance(Duration by) {
        clockwork.advance(by);
    }

    /** Its API. */
    public Api api() {
        return api;
    }

    /** Its hosted payment page. */
    public CheckoutDesk checkout() {
        return checkout;
    }

    /** What a test may order. */
    public Control control() {
        return control;
    }

    /** What an admin may look at. */
    public Dashboard dashboard() {
        return dashboard;
    }
}
