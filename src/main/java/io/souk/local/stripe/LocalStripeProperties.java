package io.souk.local.stripe;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The local Stripe.
 *
 * @param enabled whether it stands in where no Stripe key is given
 * @param apiBase where this process reaches its API
 * @param controlToken what a test sends in {@code Souk-Control} to use the switches; they do not exist where it is empty
 */
@Validated
@ConfigurationProperties("souk.local.stripe")
record LocalStripeProperties(
        @DefaultValue("true") boolean enabled,
        String apiBase,
        @DefaultValue("") String controlToken) {}
