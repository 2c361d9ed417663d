package io.souk.billing;

import jakarta.validation.constraints.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How money is kept.
 *
 * @param currency the one currency of this marketplace, ISO 4217
 */
@Validated
@ConfigurationProperties("souk.billing")
record BillingProperties(
        @DefaultValue("USD") @Pattern(regexp = "[A-Z]{3}") String currency) {}
