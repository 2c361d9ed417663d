package io.souk.platform;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The portal as people and OAuth clients see it: what links in mails begin with and what issues tokens.
 *
 * @param publicUrl an origin with an optional path, without a slash at the end
 */
@Validated
@ConfigurationProperties("souk.portal")
public record PortalAddress(
        @DefaultValue("http://localhost:8080") URI publicUrl) {
    public PortalAddress {
        String text = publicUrl.toString();
        if (publicUrl.getHost() == null || text.contains("?") || text.contains("#")) {
            throw new IllegalArgumentException(
                    "souk.portal.public-url must be like https://souk.example.org, not " + text);
        }
        publicUrl = text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : publicUrl;
    }

    /** The absolute address of a page. @param path begins with a slash */
    public String page(String path) {
        return publicUrl + path;
    }
}
