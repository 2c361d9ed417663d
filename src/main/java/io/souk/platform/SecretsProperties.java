package io.souk.platform;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What secrets at rest are encrypted with.
 *
 * @param secretsKey 32 bytes in base64; without it a key is made once and kept in the data folder
 * @param data the data folder
 */
@ConfigurationProperties("souk")
record SecretsProperties(
        @DefaultValue("") String secretsKey,
        @DefaultValue("./data") Path data) {}
