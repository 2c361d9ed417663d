package io.souk.catalog;

import io.souk.kernel.PriceList;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway knows of an offer.
 *
 * @param live whether it may be called; a withdrawn one is known and refused
 * @param prices its price versions, the latest start first
 */
public record OfferRoute(
        UUID id,
        String model,
        String publisher,
        Instant createdAt,
        String task,
        boolean live,
        @Nullable Integer contextTokens,
        @Nullable Integer maxOutputTokens,
        List<Price> prices) {
    /** A price version. */
    public record Price(UUID versionId, Instant startsAt, PriceList list) {}
}
