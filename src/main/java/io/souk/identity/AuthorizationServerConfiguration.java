package io.souk.identity;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import io.souk.platform.PortalAddress;
import java.util.Optional;
import java.util.UUID;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.security.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.core.Authentication;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.JdbcOAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.JdbcOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IdentityProperties.class)
class AuthorizationServerConfiguration {
    @Bean
    PasswordEncoder passwordEncoder() {
        return PasswordEncoderFactories.createDelegatingPasswordEncoder();
    }

    @Bean
    AuthorizationServerSettings authorizationServerSettings(PortalAddress portal) {
        return AuthorizationServerSettings.builder()
                .issuer(portal.publicUrl().toString())
                .build();
    }

    @Bean
    OAuth2AuthorizationService authorizations(JdbcOperations jdbc, RegisteredClientRepository clients) {
        return new JdbcOAuth2AuthorizationService(jdbc, clients);
    }

    @Bean
    OAuth2AuthorizationConsentService authorizationConsents(JdbcOperations jdbc, RegisteredClientRepository clients) {
        return new JdbcOAuth2AuthorizationConsentService(jdbc, clients);
    }

    /** Reads tokens of this server with its own key: no HTTP call to itself. */
    @Bean
    JwtDecoder jwtDecoder(JWKSource<SecurityContext> keys, PortalAddress portal) {
        JwtDecoder decoder = OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
        OAuth2TokenValidator<Jwt> issuer =
                JwtValidators.createDefaultWithIssuer(portal.publicUrl().toString());
        if (decoder instanceof NimbusJwtDecoder nimbus) {
            nimbus.setJwtValidator(issuer);
        }
        return decoder;
    }

    @Bean
    OAuth2TokenCustomizer<JwtEncodingContext> tokenClaims(Accounts accounts) {
        return context -> {
            if (OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())) {
                Object tenant =
                        context.getRegisteredClient().getClientSettings().getSetting(Clients.TENANT);
                if (tenant != null) {
                    context.getClaims().claim("tenant", tenant);
                }
            } else if (OidcParameterNames.ID_TOKEN.equals(context.getTokenType().getValue())) {
                person(accounts, context).ifPresent(person -> {
                    if (context.getAuthorizedScopes().contains(OidcScopes.EMAIL)) {
                        context.getClaims().claim("email", person.email()).claim("email_verified", person.verified());
                    }
                    if (context.getAuthorizedScopes().contains(OidcScopes.PROFILE)) {
                        context.getClaims().claim("name", person.name());
                    }
                });
            }
        };
    }

    private static Optional<Person> person(Accounts accounts, JwtEncodingContext context) {
        Authentication principal = context.getPrincipal();
        return principal == null ? Optional.empty() : accounts.find(UUID.fromString(principal.getName()));
    }
}
