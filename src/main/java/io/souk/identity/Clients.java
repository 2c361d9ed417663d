package io.souk.identity;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.stereotype.Component;

/** The programs that get tokens here: those of the configuration, and those that organisations made. Ids are client ids. */
@Component
class Clients implements RegisteredClientRepository {
    /** The client setting with the organisation that a program belongs to. */
    static final String TENANT = "souk.tenant";

    private final Map<String, RegisteredClient> configured = new HashMap<>();
    private final ObjectProvider<TenantClients> ofTenants;
    private final Duration accessTokenLife;

    Clients(IdentityProperties properties, Passwords passwords, ObjectProvider<TenantClients> ofTenants) {
        this.ofTenants = ofTenants;
        this.accessTokenLife = properties.accessTokenLife();
        for (IdentityProperties.Client client : properties.clients()) {
            configured.put(
                    client.clientId(),
                    RegisteredClient.withId(client.clientId())
                            .clientId(client.clientId())
                            .clientSecret(passwords.hash(client.clientSecret()))
                            .clientName(client.clientId())
                            .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                            .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
                            .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                            .redirectUri(client.redirectUri())
                            .scopes(scopes ->
                                    scopes.addAll(List.of(OidcScopes.OPENID, OidcScopes.PROFILE, OidcScopes.EMAIL)))
                            .clientSettings(ClientSettings.builder()
                                    .requireAuthorizationConsent(false)
                                    .requireProofKey(false)
                                    .build())
                            .build());
        }
    }

    @Override
    public void save(RegisteredClient client) {
        throw new IllegalStateException("clients are made in the configuration or by their organisation, not here");
    }

    @Override
    public @Nullable RegisteredClient findById(String id) {
        return findByClientId(id);
    }

    @Override
    public @Nullable RegisteredClient findByClientId(String clientId) {
        RegisteredClient ours = configured.get(clientId);
        if (ours != null) {
            return ours;
        }
        return Optional.ofNullable(ofTenants.getIfAvailable())
                .flatMap(clients -> clients.active(clientId))
                .map(this::registered)
                .orElse(null);
    }

    private RegisteredClient registered(TenantClient client) {
        return RegisteredClient.withId(client.clientId())
                .clientId(client.clientId())
                .clientIdIssuedAt(client.createdAt())
                .clientSecret(client.secretHash())
                .clientName(client.name())
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .scopes(scopes -> scopes.addAll(client.scopes()))
                .clientSettings(ClientSettings.builder()
                        .setting(TENANT, client.tenant().toString())
                        .build())
                .tokenSettings(TokenSettings.builder()
                        .accessTokenTimeToLive(accessTokenLife)
                        .build())
                .build();
    }
}
