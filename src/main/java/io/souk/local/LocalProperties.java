package io.souk.local;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The local mode.
 *
 * @param data where everything is kept that must outlive the process
 */
@Validated
@ConfigurationProperties("souk")
record LocalProperties(@DefaultValue("./data") Path data) {}
