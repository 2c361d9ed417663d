package io.souk.billing;

import io.souk.billing.Payments.CheckoutState;
import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Credit bought by the organisation bound to the thread. An order is on record before the payment provider hears of it;
 * what became of it is always read from the provider, never believed from an address or a webhook; and it is credited
 * once, because the payment is the key under which it is booked.
 */
@Component
public class TopUps {
    /** The least and the most that one top-up may be, in minor units. */
    public static final long LEAST_MINOR = 500;

    public static final long MOST_MINOR = 500_000;

    private static final Logger log = LoggerFactory.getLogger(TopUps.class);

    private final TopUpRepository topUps;
    private final Wallets wallets;
    private final Receipts receipts;
    private final JdbcClient app;
    private final ObjectProvider<Payments> payments;
    private final TransactionTemplate transactions;
    private final BillingProperties properties;
    private final Clock clock;

    TopUps(
            TopUpRepository topUps,
            Wallets wallets,
            Receipts receipts,
            JdbcClient app,
            ObjectProvider<Payments> payments,
            TransactionTemplate transactions,
            BillingProperties properties,
            Clock clock) {
        this.topUps = topUps;
        this.wallets = wallets;
        this.receipts = receipts;
        this.app = app;
        this.payments = payments;
        this.transactions = transactions;
        this.properties = properties;
        this.clock = clock;
    }

    /** Where the payment provider sends the customer afterwards. @param id stands for the top-up's own id */
    public record Return(String successUrl, String cancelUrl) {
        /** What is replaced by the top-up's id in both addresses. */
        public static final String ID = "{id}";
    }

    /** What amounts are in, ISO 4217. */
    public String currency() {
        return properties.currency();
    }

    /** Whether payments can be taken at all: a provider is configured. */
    public boolean isPossible() {
        return payments.getIfAvailable() != null;
    }

    /**
     * Orders credit and opens the page to pay on. The same form key and amount give the same order: a double click is one.
     *
     * @param amountMinor {@link #LEAST_MINOR} to {@link #MOST_MINOR}
     * @throws IllegalArgumentException if the amount is not
     * @throws PaymentsUnavailable if the provider cannot be asked; the order stays and can be tried again
     */
    public TopUpView order(UUID formKey, long amountMinor, String name, String email, @Nullable UUID by, Return back) {
        if (amountMinor < LEAST_MINOR || amountMinor > MOST_MINOR) {
            throw new IllegalArgumentException(
                    "A top-up is between " + Money.ofMinor(LEAST_MINOR, properties.currency()) + " and "
                            + Money.ofMinor(MOST_MINOR, properties.currency()) + ".");
        }
        TopUpView order = recorded(keyOf(formKey, amountMinor), amountMinor, by);
        return order.state() == TopUpView.State.REQUESTED ? open(order, name, email, back) : order;
    }

    /** Whoever comes back to the form and chooses another amount wants another order. */
    private static UUID keyOf(UUID formKey, long amountMinor) {
        return UUID.nameUUIDFromBytes((formKey + ":" + amountMinor).getBytes(StandardCharsets.UTF_8));
    }

    private TopUpView recorded(UUID formKey, long amountMinor, @Nullable UUID by) {
        try {
            return inTransaction(() -> {
                wallets.wallet();
                return topUps.findByFormKey(formKey)
                        .orElseGet(() -> topUps.saveAndFlush(new TopUp(
                                Ids.next(), formKey, amountMinor, properties.currency(), by, clock.instant())))
                        .view();
            });
        } catch (DataIntegrityViolationException twin) {
            return inTransaction(
                    () -> topUps.findByFormKey(formKey).orElseThrow(() -> twin).view());
        }
    }

    private TopUpView open(TopUpView order, String name, String email, Return back) {
        Payments provider = payments.getObject();
        UUID tenant = Tenant.required().value();
        String customer = customer(provider, tenant, name, email);
        Payments.OpenCheckout opened = provider.openCheckout(new Payments.CheckoutOrder(
                order.id(),
                tenant,
                customer,
                order.amountMinor(),
                order.currency(),
                back.successUrl.replace(Return.ID, order.id().toString()),
                back.cancelUrl.replace(Return.ID, order.id().toString())));
        return change(order.id(), topUp -> topUp.opened(opened.sessionId(), opened.url()));
    }

    private String customer(Payments provider, UUID tenant, String name, String email) {
        String known = inTransaction(() -> app.sql("select stripe_customer_id from billing.accounts")
                .query((row, number) -> Optional.ofNullable(row.getString(1)))
                .single()
                .orElse(""));
        if (!known.isEmpty()) {
            return known;
        }
        String made = provider.customer(tenant, name, email);
        inTransaction(
                () -> app.sql("update billing.accounts set stripe_customer_id = ? where stripe_customer_id is null")
                        .param(made)
                        .update());
        return made;
    }

    /** The order, as it was last seen. */
    public Optional<TopUpView> find(UUID id) {
        return inTransaction(() -> topUps.findById(id).map(TopUp::view));
    }

    /** The latest orders, newest first. */
    public List<TopUpView> latest() {
        return inTransaction(() -> topUps.findTop20ByOrderByRequestedAtDesc().stream()
                .map(TopUp::view)
                .toList());
    }

    /**
     * Reads from the provider what has become of an order and books it.
     *
     * @return the order as it is now; empty if the organisation has no such order
     * @throws PaymentsUnavailable if the provider cannot be asked now
     */
    public Optional<TopUpView> refresh(UUID id) {
        return find(id).map(order -> {
            String session = order.checkoutSessionId();
            if (session == null || order.state() == TopUpView.State.PAID) {
                return order;
            }
            return apply(order, payments.getObject().readCheckout(session));
        });
    }

    /** The customer came back without paying: the order ends, unless it turns out to have been paid. */
    public Optional<TopUpView> cancel(UUID id) {
        return refresh(id).map(order -> {
            String session = order.checkoutSessionId();
            if (order.state().isOver() || session == null) {
                return order;
            }
            // first on our side: that the page is closed then counts as the customer's wish, whoever tells it first
            change(id, topUp -> topUp.ended(TopUpView.State.CANCELLED, order.problem(), clock.instant()));
            Payments provider = payments.getObject();
            try {
                provider.closeCheckout(session);
            } catch (PaymentsUnavailable away) {
                change(id, TopUp::reopened);
                throw away;
            }
            return apply(order, provider.readCheckout(session));
        });
    }

    private TopUpView apply(TopUpView order, CheckoutState state) {
        return switch (state) {
            case CheckoutState.Paid paid -> credit(order, paid);
            case CheckoutState.Open open -> change(order.id(), topUp -> topUp.attemptFailed(open.problem()));
            case CheckoutState.Confirming _ -> change(order.id(), topUp -> topUp.awaitsMoney(null));
            case CheckoutState.Expired _ ->
                change(
                        order.id(),
                        topUp -> topUp.ended(
                                order.problem() == null ? TopUpView.State.EXPIRED : TopUpView.State.FAILED,
                                order.problem(),
                                clock.instant()));
            case CheckoutState.Failed failed ->
                change(order.id(), topUp -> topUp.ended(TopUpView.State.FAILED, failed.problem(), clock.instant()));
        };
    }

    /** The amount comes from our own order and must be what was paid, by the right customer, for this very order. */
    private TopUpView credit(TopUpView order, CheckoutState.Paid paid) {
        String mismatch = mismatch(order, paid);
        if (mismatch != null) {
            log.error("top-up {} is not credited: {} (payment {})", order.id(), mismatch, paid.paymentIntentId());
            return change(
                    order.id(),
                    topUp -> topUp.awaitsMoney("The payment does not agree with the order: " + mismatch
                            + ". Nothing was credited. Whoever runs this Souk finds it in the log."));
        }
        return inTransaction(() -> {
            TopUp topUp = topUps.findLockedById(order.id()).orElseThrow();
            boolean first = wallets.credit(order.amount(), "topup:" + paid.paymentIntentId(), "Top-up");
            topUp.paid(paid.paymentIntentId(), clock.instant());
            topUps.saveAndFlush(topUp);
            if (first) {
                receipts.issue(topUp.view(), paid.card(), !paid.live());
            }
            return topUp.view();
        });
    }

    private @Nullable String mismatch(TopUpView order, CheckoutState.Paid paid) {
        if (!paid.reference().equals(order.id().toString())) {
            return "it was made for another order";
        }
        if (paid.amountMinor() != order.amountMinor() || !paid.currency().equals(order.currency())) {
            return "the amount is another";
        }
        if (paid.live() != payments.getObject().isLive()) {
            return "it is a test payment where real ones are taken, or the reverse";
        }
        boolean own = inTransaction(() -> app.sql("select count(*) from billing.accounts where stripe_customer_id = ?")
                        .param(paid.customerId())
                        .query(Long.class)
                        .single())
                == 1;
        return own ? null : "another customer paid";
    }

    private TopUpView change(UUID id, java.util.function.Consumer<TopUp> verb) {
        return inTransaction(() -> {
            TopUp topUp = topUps.findLockedById(id).orElseThrow();
            verb.accept(topUp);
            return topUps.saveAndFlush(topUp).view();
        });
    }

    private <T> T inTransaction(java.util.function.Supplier<T> work) {
        return Objects.requireNonNull(transactions.execute(status -> work.get()));
    }
}
