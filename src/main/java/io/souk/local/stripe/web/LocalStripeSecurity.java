package io.souk.local.stripe.web;

import io.souk.local.stripe.ConditionalOnLocalStripe;
import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;

/**
 * What the local Stripe serves to machines and payers is guarded by its own keys, tokens and unguessable addresses, not by
 * the portal's sign-in, exactly as with the real Stripe. The page for admins is not in here.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnRole(Role.PORTAL)
@ConditionalOnLocalStripe
class LocalStripeSecurity {
    @Bean
    @Order(-20)
    SecurityFilterChain localStripeChain(HttpSecurity http) {
        return http.securityMatcher(
                        "/local/stripe/v1/**",
                        "/local/stripe/v2/**",
                        "/local/stripe/control/**",
                        "/local/stripe/checkout/**")
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(csrf -> csrf.disable())
                .requestCache(cache -> cache.disable())
                .build();
    }
}
