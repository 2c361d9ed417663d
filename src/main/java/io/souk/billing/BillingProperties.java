package io.souk.billing;

import io.souk.catalog.MarketCurrency;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How money is kept.
 *
 * @param currency the one currency of this marketplace, ISO 4217
 * @param seller who stands on receipts
 * @param sealAfter how long usage of organisations on invoice is gathered before it is reported
 * @param stripe the account that collects; without a key the local stand-in is used in local mode
 */
@Validated
@ConfigurationProperties("souk.billing")
public record BillingProperties(
        @DefaultValue("USD") @Pattern(regexp = "[A-Z]{3}") String currency,
        @DefaultValue("Souk") String seller,
        @DefaultValue("2m") Duration sealAfter,
        @DefaultValue Stripe stripe)
        implements MarketCurrency {
    /**
     * A Stripe account. The keys never show in {@link #toString}.
     *
     * @param secretKey {@code sk_...} or {@code rk_...}; empty for none
     * @param webhookSecret {@code whsec_...} of the endpoint {@code /webhooks/stripe}
     */
    public record Stripe(
            @DefaultValue("") String secretKey,
            @DefaultValue("") String webhookSecret) {
        @Override
        public String toString() {
            return "Stripe[" + (secretKey.isBlank() ? "none" : "configured") + "]";
        }
    }
}
