package io.souk.catalog;

/** In what every model is charged; known by the module that keeps the money. */
public interface MarketCurrency {
    /** The one currency of this marketplace, an ISO 4217 code. */
    String currency();
}
