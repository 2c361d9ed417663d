package io.souk.platform;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What this process is.
 *
 * @param roles what it does: any of portal, gateway, models, worker; all of them when empty
 */
@ConfigurationProperties("souk")
record ProcessProperties(@DefaultValue List<Role> roles) {}
