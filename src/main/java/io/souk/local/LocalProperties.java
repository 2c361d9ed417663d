package io.souk.local;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The local mode.
 *
 * @param data where everything is kept that must outlive the process
 * @param demo whether simulated payments and the mailbox may be shown to other machines
 */
@Validated
@ConfigurationProperties("souk")
record LocalProperties(
        @DefaultValue("./data") Path data,
        @DefaultValue("false") boolean demo) {}
