package io.souk.catalog;

import java.util.List;

/** What became of the wish to publish an offer. */
public sealed interface Publication {
    /** It is live; gateways know within a second. */
    record Published(OfferView offer) implements Publication {}

    /**
     * It stays as it was.
     *
     * @param missing what is to be done first, a sentence each
     */
    record NotReady(List<String> missing) implements Publication {}
}
