package io.souk.identity.web;

import io.souk.identity.Accounts;
import io.souk.identity.Person;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads the account of whoever is signed in anew at every request, so that a change of rights holds at once; the session
 * keeps nothing but its id. Somebody whose account is gone is signed out.
 */
class SignedInFilter extends OncePerRequestFilter {
    private static final Pattern STATIC = Pattern.compile("/(css|js|img|webjars)/.*");

    private final Accounts accounts;

    SignedInFilter(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return STATIC.matcher(request.getRequestURI()).matches();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<UUID> account = accountId(SecurityContextHolder.getContext().getAuthentication());
        Optional<Person> person = account.flatMap(accounts::find);
        if (account.isPresent() && person.isEmpty()) {
            SecurityContextHolder.clearContext();
            HttpSession session = request.getSession(false);
            if (session != null) {
                session.invalidate();
            }
        }
        person.ifPresent(found -> request.setAttribute(Person.class.getName(), found));
        readyCsrfToken(request);
        boolean toAnotherSouk = request.getRequestURI().startsWith("/oauth2/authorize");
        if (toAnotherSouk && person.isPresent() && !person.get().verified()) {
            response.sendRedirect(request.getContextPath() + "/verify");
            return;
        }
        chain.doFilter(request, response);
    }

    /** Its cookie must be set before a long page begins to leave. */
    private static void readyCsrfToken(HttpServletRequest request) {
        if (request.getAttribute(CsrfToken.class.getName()) instanceof CsrfToken token) {
            token.getToken();
        }
    }

    private static Optional<UUID> accountId(@Nullable Authentication authentication) {
        return authentication instanceof UsernamePasswordAuthenticationToken
                ? Optional.of(UUID.fromString(authentication.getName()))
                : Optional.empty();
    }

    /** Whoever is signed in, as far as this filter has run. */
    static Optional<Person> person(HttpServletRequest request) {
        return Optional.ofNullable((Person) request.getAttribute(Person.class.getName()));
    }
}
