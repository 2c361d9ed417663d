package io.souk.identity.web;

import io.souk.identity.Person;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.savedrequest.SavedRequest;
import org.springframework.stereotype.Component;

/** Signs people in once they have proved who they are, and sends them on to where they wanted to go. */
@Component
class Door {
    private static final Pattern OUR_PAGE = Pattern.compile("/(?![/\\\\])[^\\p{Cntrl}\\\\]*");
    private static final String FIRST_PAGE = "/models";

    private final SecurityContextRepository contexts;
    private final CsrfTokenRepository csrfTokens;
    private final RequestCache requests;
    private final Clock clock;

    Door(SecurityContextRepository contexts, CsrfTokenRepository csrfTokens, RequestCache requests, Clock clock) {
        this.contexts = contexts;
        this.csrfTokens = csrfTokens;
        this.requests = requests;
        this.clock = clock;
    }

    /**
     * From here on the session is the person's; its id and the CSRF token are new ones, so that nobody planted them.
     *
     * @param proof a constant of {@link FactorGrantedAuthority}; programs that people sign in to are told the time of it
     */
    void enter(Person person, String proof, HttpServletRequest request, HttpServletResponse response) {
        if (request.getSession(false) != null) {
            request.changeSessionId();
        }
        var principal = new User(person.accountId().toString(), "", List.of());
        var proved = FactorGrantedAuthority.withAuthority(proof)
                .issuedAt(clock.instant())
                .build();
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(principal, null, List.of(proved)));
        SecurityContextHolder.setContext(context);
        contexts.saveContext(context, request, response);
        csrfTokens.saveToken(null, request, response);
    }

    /** The page asked for before the sign-in, a path within the portal. @param next a path of ours that a form carried; anything else is ignored */
    String destination(@Nullable String next, HttpServletRequest request, HttpServletResponse response) {
        SavedRequest saved = requests.getRequest(request, response);
        if (saved != null) {
            requests.removeRequest(request, response);
        }
        return ours(next).orElse(saved == null ? FIRST_PAGE : path(saved, request));
    }

    /** Without the host, which is what the request said it was. */
    private static String path(SavedRequest saved, HttpServletRequest request) {
        URI page = URI.create(saved.getRedirectUrl());
        String path = page.getRawPath().substring(request.getContextPath().length());
        return ours(page.getRawQuery() == null ? path : path + "?" + page.getRawQuery())
                .orElse(FIRST_PAGE);
    }

    static Optional<String> ours(@Nullable String next) {
        return Optional.ofNullable(next).filter(path -> OUR_PAGE.matcher(path).matches());
    }
}
