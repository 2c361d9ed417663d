package io.souk.tenancy.web;

import io.souk.identity.TenantClient;
import io.souk.identity.TenantClients;
import io.souk.tenancy.CurrentClient;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.web.SecurityFilterChain;

/** Requests to the management API: a token of an organisation's program, asked anew at each call whether it still counts. */
@Configuration(proxyBeanMethods = false)
class ApiSecurity {
    @Bean
    @Order(2)
    SecurityFilterChain api(HttpSecurity http, TenantClients clients, ApiProblems problems) {
        return http.securityMatcher("/api/**")
                .authorizeHttpRequests(requests -> requests.requestMatchers("/api/openapi.json", "/api/openapi.json/**")
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .oauth2ResourceServer(server -> server.jwt(jwt -> jwt.jwtAuthenticationConverter(program(clients)))
                        .authenticationEntryPoint(problems)
                        .accessDeniedHandler(problems))
                .exceptionHandling(
                        handling -> handling.authenticationEntryPoint(problems).accessDeniedHandler(problems))
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .requestCache(AbstractHttpConfigurer::disable)
                .csrf(AbstractHttpConfigurer::disable)
                .build();
    }

    private static Converter<Jwt, AbstractAuthenticationToken> program(TenantClients clients) {
        return jwt -> {
            String tenant = jwt.getClaimAsString("tenant");
            TenantClient client = clients.active(String.valueOf(jwt.getSubject()))
                    .filter(found -> found.tenant().toString().equals(tenant))
                    .orElseThrow(() -> new InvalidBearerTokenException(
                            "The token is not of a client of an organisation, or the client was revoked."));
            Set<String> scopes = granted(jwt, client);
            var token = new JwtAuthenticationToken(
                    jwt,
                    scopes.stream()
                            .map(scope -> new SimpleGrantedAuthority("SCOPE_" + scope))
                            .toList(),
                    client.clientId());
            token.setDetails(new CurrentClient(client.clientId(), client.name(), client.tenant(), scopes));
            return token;
        };
    }

    /** What the token was asked for, or everything if it was asked for nothing in particular; never more than the client has. */
    private static Set<String> granted(Jwt jwt, TenantClient client) {
        List<String> asked = jwt.getClaimAsStringList("scope");
        return asked == null || asked.isEmpty()
                ? client.scopes()
                : asked.stream().filter(client.scopes()::contains).collect(Collectors.toUnmodifiableSet());
    }
}
