package io.souk.subscriptions;

/** What became of the wish to subscribe. */
public sealed interface Subscribing {
    /** The organisation is subscribed, perhaps since before. */
    record Subscribed(SubscriptionView subscription) implements Subscribing {}

    /** There is no such offer, or customers cannot see it. */
    record UnknownOffer() implements Subscribing {}

    /** The offer is no longer on the market. */
    record Withdrawn(String title) implements Subscribing {}
}
