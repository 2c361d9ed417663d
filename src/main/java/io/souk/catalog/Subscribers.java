package io.souk.catalog;

import java.util.Set;
import java.util.UUID;

/** Who uses an offer; known by the module that keeps the subscriptions. */
public interface Subscribers {
    /** Whether the organisation bound to the thread may call the offer; false where none is bound. */
    boolean isSubscribed(UUID offerId);

    /** Every offer that the organisation bound to the thread may call; none where none is bound. */
    Set<UUID> subscribedTo();

    /** How many organisations are subscribed at present. */
    long count(UUID offerId);
}
