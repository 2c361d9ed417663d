package io.souk.catalog;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What the market tells its readers.
 *
 * @param apiUrl the base URL that callers give to their SDK, with {@code /v1}
 */
@Validated
@ConfigurationProperties("souk.catalog")
public record CatalogProperties(
        @DefaultValue("http://localhost:8081/v1") URI apiUrl) {}
