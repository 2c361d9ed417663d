package io.souk.identity.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.platform.PortalAddress;
import java.net.URI;
import java.time.Clock;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.csrf.HttpSessionCsrfTokenRepository;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;

/** The host that a request names is written by whoever sends it; nobody is led there. */
class ForgedHostTests {
    private static MockHttpServletRequest request(String path) {
        var request = new MockHttpServletRequest("GET", path);
        request.setServletPath(path);
        request.setServerName("evil.example");
        request.addHeader("Host", "evil.example");
        return request;
    }

    @Test
    @SuppressWarnings("NullAway") // as the portal's own cache is set up
    void leadsBackToThePageThatWasAskedForOnThisPortal() {
        var cache = new HttpSessionRequestCache();
        cache.setMatchingRequestParameterName(null);
        var door = new Door(
                new HttpSessionSecurityContextRepository(),
                new HttpSessionCsrfTokenRepository(),
                cache,
                Clock.systemUTC());
        var asked = request("/usage");
        asked.setQueryString("range=7d");
        cache.saveRequest(asked, new MockHttpServletResponse());
        var signIn = request("/sign-in");
        signIn.setSession(Objects.requireNonNull(asked.getSession()));
        assertThat(door.destination(null, signIn, new MockHttpServletResponse()))
                .isEqualTo("/usage?range=7d");
    }

    @Test
    void bringsPeopleBackFromOtherProvidersToThePublicAddress() {
        var provider = ClientRegistration.withRegistrationId("works")
                .clientId("souk")
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .redirectUri("{baseUrl}/{action}/oauth2/code/{registrationId}")
                .authorizationUri("https://login.example.org/authorize")
                .tokenUri("https://login.example.org/token")
                .build();
        var sent = PageSecurity.requestsTo(
                        new InMemoryClientRegistrationRepository(provider),
                        new PortalAddress(URI.create("https://souk.example.org")))
                .resolve(request("/oauth2/authorization/works"));
        assertThat(Objects.requireNonNull(sent).getRedirectUri())
                .isEqualTo("https://souk.example.org/login/oauth2/code/works");
        assertThat(sent.getAuthorizationRequestUri()).doesNotContain("evil");
    }
}
