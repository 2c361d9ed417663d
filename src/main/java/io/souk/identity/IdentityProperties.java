package io.souk.identity;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who administers this Souk, who may sign in by way of it, and for how long its tokens are good.
 *
 * @param admins e-mail addresses: whoever signs up with one of them and proves it is theirs administers this Souk
 * @param clients programs of ours that people sign in to with their account here (OpenID Connect)
 * @param accessTokenLife how long a token for the management API is good
 */
@Validated
@ConfigurationProperties("souk.identity")
record IdentityProperties(
        @DefaultValue List<String> admins,
        @DefaultValue List<@Valid Client> clients,
        @DefaultValue("15m") Duration accessTokenLife) {
    /**
     * One such program.
     *
     * @param redirectUri exactly where it lets people come back to
     */
    record Client(
            @NotBlank String clientId,
            @NotBlank String clientSecret,
            @NotBlank String redirectUri) {}
}
