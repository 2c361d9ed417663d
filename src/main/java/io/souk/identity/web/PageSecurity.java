package io.souk.identity.web;

import io.souk.identity.Accounts;
import io.souk.identity.Person;
import io.souk.platform.PortalAddress;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Predicate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.security.authorization.AuthenticatedAuthorizationManager;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationManagers;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestRedirectFilter;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.security.web.context.DelegatingSecurityContextRepository;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Which requests need a signed-in person, as far as the address tells; each handler says the rest ({@code
 * io.souk.platform.Access}). Programs' requests to {@code /api/**} have a chain of their own between these two.
 */
@Configuration(proxyBeanMethods = false)
class PageSecurity {
    private static final String[] OPEN = {
        "/",
        "/models/**",
        "/docs/**",
        "/theme",
        "/css/**",
        "/js/**",
        "/img/**",
        "/webjars/**",
        "/favicon.ico",
        "/favicon.svg",
        "/robots.txt",
        "/sign-in",
        "/sign-up/**",
        "/verify/**",
        "/forgot-password",
        "/reset-password",
        "/invitations/**",
        "/actuator/health/**",
        "/webhooks/stripe",
        "/local/stripe/**",
        "/local/mailbox/**",
        "/error"
    };
    private static final String[] BY_PROGRAMS = {"/webhooks/stripe", "/local/stripe/v1/**"};

    @Bean
    SecurityContextRepository securityContexts() {
        return new DelegatingSecurityContextRepository(
                new RequestAttributeSecurityContextRepository(), new HttpSessionSecurityContextRepository());
    }

    /** In a cookie, so that reading a public page makes no session. Two Souks on one host have cookies of their own. */
    @Bean
    CsrfTokenRepository csrfTokens(Environment environment) {
        var tokens = new CookieCsrfTokenRepository();
        tokens.setCookieName(environment.getProperty("server.servlet.session.cookie.name", "SOUK") + "-CSRF");
        tokens.setCookieCustomizer(cookie -> cookie.sameSite("Lax").path("/"));
        return tokens;
    }

    /** Remembers only pages that a person can come back to, so none that programs send their requests to. */
    @Bean
    @SuppressWarnings("NullAway")
    RequestCache savedRequests() {
        var html = new MediaTypeRequestMatcher(MediaType.TEXT_HTML);
        var cache = new HttpSessionRequestCache();
        cache.setMatchingRequestParameterName(null);
        RequestMatcher forPrograms = programsEndpoints();
        cache.setRequestMatcher(request -> request.getMethod().equals("GET")
                && request.getHeader("HX-Request") == null
                && !forPrograms.matches(request)
                && html.matches(request));
        return cache;
    }

    private static RequestMatcher programsEndpoints() {
        return new OrRequestMatcher(Arrays.stream(NoCredentials.ENDPOINTS)
                .<RequestMatcher>map(PathPatternRequestMatcher.withDefaults()::matcher)
                .toList());
    }

    @Bean
    @Order(1)
    SecurityFilterChain authorizationServer(HttpSecurity http, Accounts accounts, SecurityContextRepository contexts) {
        return http.oauth2AuthorizationServer(server -> {
                    http.securityMatcher(server.getEndpointsMatcher());
                    server.oidc(Customizer.withDefaults());
                })
                .securityContext(context -> context.securityContextRepository(contexts))
                .addFilterAfter(new SignedInFilter(accounts), SecurityContextHolderFilter.class)
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .exceptionHandling(handling -> handling.defaultAuthenticationEntryPointFor(
                                new NoCredentials(), programsEndpoints())
                        .defaultAuthenticationEntryPointFor(
                                new Refusals(), new MediaTypeRequestMatcher(MediaType.TEXT_HTML)))
                .build();
    }

    /** Metrics are for platform admins, and for programs on this machine that come without a proxy. */
    @Bean
    @Order(0)
    SecurityFilterChain metrics(HttpSecurity http, Accounts accounts, SecurityContextRepository contexts) {
        var refusals = new Refusals();
        return http.securityMatcher("/actuator/prometheus")
                .securityContext(context -> context.securityContextRepository(contexts))
                .addFilterAfter(new SignedInFilter(accounts), SecurityContextHolderFilter.class)
                .authorizeHttpRequests(requests -> requests.anyRequest()
                        .access(AuthorizationManagers.anyOf(
                                (_, context) -> new AuthorizationDecision(ThisMachine.sent(context.getRequest())),
                                person(person -> person.verified() && person.platformAdmin()))))
                .exceptionHandling(
                        handling -> handling.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
                .build();
    }

    @Bean
    @Order(3)
    SecurityFilterChain pages(
            HttpSecurity http,
            Accounts accounts,
            SecurityContextRepository contexts,
            CsrfTokenRepository csrfTokens,
            ObjectProvider<ClientRegistrationRepository> providers,
            ProviderSignIn providerSignIn,
            PortalAddress portal) {
        ClientRegistrationRepository others = providers.getIfAvailable();
        if (others != null) {
            http.oauth2Login(login -> login.loginPage("/sign-in")
                    .authorizationEndpoint(
                            endpoint -> endpoint.authorizationRequestResolver(requestsTo(others, portal)))
                    .authorizedClientRepository(new NoAuthorizedClients())
                    .successHandler(providerSignIn)
                    .failureHandler(providerSignIn));
        }
        var refusals = new Refusals();
        return http.securityContext(context -> context.securityContextRepository(contexts))
                .addFilterAfter(new SignedInFilter(accounts), CsrfFilter.class)
                .csrf(csrf -> csrf.csrfTokenRepository(csrfTokens).ignoringRequestMatchers(BY_PROGRAMS))
                .logout(logout -> logout.logoutUrl("/sign-out").logoutSuccessUrl("/"))
                .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(
                                DispatcherType.ERROR, DispatcherType.FORWARD, DispatcherType.ASYNC)
                        .permitAll()
                        .requestMatchers(OPEN)
                        .permitAll()
                        .requestMatchers("/admin/**")
                        .access(person(person -> person.verified() && person.platformAdmin()))
                        .anyRequest()
                        .access(person(Person::verified)))
                .exceptionHandling(
                        handling -> handling.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
                .build();
    }

    /** People come back from other providers to the portal's own address, whatever host their request named. */
    static OAuth2AuthorizationRequestResolver requestsTo(ClientRegistrationRepository providers, PortalAddress portal) {
        var resolver = new DefaultOAuth2AuthorizationRequestResolver(
                providers, OAuth2AuthorizationRequestRedirectFilter.DEFAULT_AUTHORIZATION_REQUEST_BASE_URI);
        resolver.setAuthorizationRequestCustomizer(request -> request.attributes(attributes -> {
            String id = String.valueOf(attributes.get(OAuth2ParameterNames.REGISTRATION_ID));
            String back =
                    Objects.requireNonNull(providers.findByRegistrationId(id)).getRedirectUri();
            if (back != null && back.startsWith("{baseUrl}")) {
                request.redirectUri(back.replace("{baseUrl}", portal.page(""))
                        .replace("{action}", "login")
                        .replace("{registrationId}", id));
            }
        }));
        return resolver;
    }

    private static AuthorizationManager<RequestAuthorizationContext> person(Predicate<Person> rule) {
        return AuthorizationManagers.allOf(AuthenticatedAuthorizationManager.authenticated(), (_, context) -> {
            HttpServletRequest request = context.getRequest();
            return new AuthorizationDecision(
                    SignedInFilter.person(request).filter(rule).isPresent());
        });
    }
}
