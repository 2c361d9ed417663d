package io.souk.identity.web;

import io.souk.identity.Person;
import io.souk.identity.SignIns;
import io.souk.platform.Names;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.stereotype.Component;

/** What follows when another provider has said who somebody is: from then on the session is that account's, as any other. */
@Component
class ProviderSignIn implements AuthenticationSuccessHandler, AuthenticationFailureHandler {
    private static final Logger log = LoggerFactory.getLogger(ProviderSignIn.class);

    private final SignIns signIns;
    private final Door door;
    private final SecurityContextRepository contexts;

    ProviderSignIn(SignIns signIns, Door door, SecurityContextRepository contexts) {
        this.signIns = signIns;
        this.door = door;
        this.contexts = contexts;
    }

    @Override
    public void onAuthenticationSuccess(
            HttpServletRequest request, HttpServletResponse response, Authentication authentication)
            throws IOException {
        boolean vouched = authentication instanceof OAuth2AuthenticationToken token
                && token.getPrincipal() instanceof OidcUser user
                && user.getEmail() != null
                && Boolean.TRUE.equals(user.getEmailVerified());
        if (!vouched) {
            SecurityContextHolder.clearContext();
            contexts.saveContext(SecurityContextHolder.createEmptyContext(), request, response);
            response.sendRedirect(request.getContextPath() + "/sign-in?unvouched");
            return;
        }
        var token = (OAuth2AuthenticationToken) authentication;
        var user = (OidcUser) Objects.requireNonNull(token.getPrincipal());
        String email = Objects.requireNonNull(user.getEmail());
        String given = Names.plain(Objects.requireNonNullElse(user.getFullName(), ""));
        String name = given.isEmpty() ? Names.plain(email.substring(0, email.indexOf('@'))) : given;
        Person person = signIns.byProvider(
                token.getAuthorizedClientRegistrationId(),
                Objects.requireNonNull(user.getSubject()),
                email,
                Names.shortened(name, Names.MOST));
        door.enter(person, FactorGrantedAuthority.AUTHORIZATION_CODE_AUTHORITY, request, response);
        response.sendRedirect(request.getContextPath() + door.destination(null, request, response));
    }

    @Override
    public void onAuthenticationFailure(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        log.info("A sign-in by way of another provider failed: {}", failure.toString());
        response.sendRedirect(request.getContextPath() + "/sign-in?provider-failed");
    }
}
