package io.souk.billing;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What billing asks of the payment provider. Every method that makes something is idempotent by the ids it is given: asked
 * again after a lost answer, it gives the same thing.
 */
public interface Payments {
    /** Whether money really moves; false for the local stand-in. */
    boolean isLive();

    /** The provider's clock, which the local stand-in can move forward. */
    Clock clock();

    /**
     * The provider's customer for an organisation.
     *
     * @throws PaymentsUnavailable if the provider cannot be asked now
     */
    String customer(UUID tenant, String name, String email);

    /**
     * Opens a page on which this order can be paid.
     *
     * @throws PaymentsUnavailable if the provider cannot be asked now
     */
    OpenCheckout openCheckout(CheckoutOrder order);

    /** What has become of a checkout, as the provider says now. */
    CheckoutState readCheckout(String sessionId);

    /** Closes a checkout, so that it cannot be paid any more; one that is paid or closed stays as it is. */
    void closeCheckout(String sessionId);

    /**
     * Makes the subscription on which usage is invoiced; gives its id. A card that the customer has kept pays its invoices;
     * without one they are sent.
     *
     * @param round the how-manieth subscription of the organisation this is
     */
    String subscribe(UUID tenant, String customerId, int round);

    /** Lets a subscription go on that was to end. @return false if it has ended */
    boolean resumeSubscription(String subscriptionId);

    /** Lets a subscription end with its period, whose usage is invoiced then. One that has ended stays as it is. */
    void endSubscription(String subscriptionId);

    /** Reports usage. @param micros whole micro-units of currency; @param identifier makes a repeated report harmless */
    Reported report(String customerId, String identifier, long micros, Instant at);

    /** An invoice as the provider has it now. */
    InvoiceState readInvoice(String invoiceId);

    /** What the provider told since this moment, newest or oldest first; for what its webhooks did not bring. */
    List<Notice> noticesSince(Instant moment);

    /**
     * Reads a webhook.
     *
     * @param payload the raw body
     * @return empty if its signature or time is not right
     */
    Optional<Notice> verify(byte[] payload, String signature);

    /** Makes sure that the provider tells this installation what happens. */
    void listen();

    /** @param amountMinor in the currency's minor unit */
    record CheckoutOrder(
            UUID topUpId,
            UUID tenant,
            String customerId,
            long amountMinor,
            String currency,
            String successUrl,
            String cancelUrl) {}

    record OpenCheckout(String sessionId, String url) {}

    /** What has become of a checkout. */
    sealed interface CheckoutState {
        /** Paid for. @param reference our own id of the order; @param card for people, such as "Visa ending in 4242" */
        record Paid(
                String paymentIntentId,
                String reference,
                String customerId,
                long amountMinor,
                String currency,
                boolean live,
                @Nullable String card)
                implements CheckoutState {}

        /** It can still be paid. @param problem what went wrong with the last attempt, null if nothing did */
        record Open(@Nullable String problem) implements CheckoutState {}

        /** The customer has paid by a method that takes time; the money is not there yet. */
        record Confirming() implements CheckoutState {}

        record Expired() implements CheckoutState {}

        /** The payment failed for good. */
        record Failed(String problem) implements CheckoutState {}
    }

    /** What became of a report of usage. */
    sealed interface Reported {
        /** It is counted, by this report or by an earlier one of the same identifier. */
        record Counted() implements Reported {}

        /** The provider will never take it. */
        record Refused(String problem) implements Reported {}
    }

    /**
     * An invoice.
     *
     * @param meteredMicros micro-units that the provider counted
     * @param totalMinor what it asks for
     * @param payUrl where it can be paid, null where it cannot
     */
    record InvoiceState(
            String id,
            String customerId,
            String state,
            Instant periodStart,
            Instant periodEnd,
            long meteredMicros,
            long totalMinor,
            String currency,
            @Nullable String payUrl) {}

    /** Something happened to an object of the provider's; what, is read from the object itself. */
    record Notice(String id, String type, String objectId, Instant at) {}
}
