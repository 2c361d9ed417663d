package io.souk.catalog;

import java.net.URI;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What the market tells its readers.
 *
 * @param apiUrl the base URL that callers give to their SDK, with {@code /v1}
 * @param priceNotice how long a new price of a published model is known before it starts; longer than
 *     {@code souk.gateway.snapshot-max-age}, so that every gateway that still serves charges it
 */
@Validated
@ConfigurationProperties("souk.catalog")
public record CatalogProperties(
        @DefaultValue("http://localhost:8081/v1") URI apiUrl,
        @DefaultValue("90s") @DurationMin(seconds = 1) Duration priceNotice) {}
