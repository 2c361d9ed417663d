package io.souk.gateway;

import io.souk.catalog.CatalogProperties;
import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.stereotype.Component;

/**
 * Keeps a gateway from starting that could go on charging an old price: one that hears of nothing serves for its
 * snapshot's maximum age, and a new price is known for the price notice before it starts.
 */
@Component
@ConditionalOnRole(Role.GATEWAY)
class PriceNotice {
    PriceNotice(GatewayProperties gateway, CatalogProperties catalog) {
        if (gateway.snapshotMaxAge().compareTo(catalog.priceNotice()) >= 0) {
            throw new InvalidConfigurationPropertyValueException(
                    "souk.catalog.price-notice",
                    catalog.priceNotice(),
                    "It has to be longer than souk.gateway.snapshot-max-age, which is " + gateway.snapshotMaxAge()
                            + ": a gateway that is cut off for that long would charge the price before.");
        }
    }
}
