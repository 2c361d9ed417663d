package io.souk.catalog;

import io.souk.kernel.PriceList;
import io.souk.kernel.TokenClass;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * One version of an offer's price. Once in force it never changes.
 *
 * @param number counted from 1 for each offer
 * @param currency ISO 4217 code
 * @param microsPerMillion micro-units of currency per million of the class, for {@code REQUEST} per million requests;
 *     classes without a price of their own are absent
 */
public record PriceVersionView(
        UUID id, UUID offerId, int number, String currency, Instant startsAt, Map<TokenClass, Long> microsPerMillion) {

    /** The same with the arithmetic of a charge. */
    public PriceList list() {
        return new PriceList(currency, microsPerMillion);
    }
}
