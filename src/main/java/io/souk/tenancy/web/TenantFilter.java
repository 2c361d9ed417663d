package io.souk.tenancy.web;

import io.souk.identity.Person;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.tenancy.CurrentClient;
import io.souk.tenancy.CurrentMember;
import io.souk.tenancy.Membership;
import io.souk.tenancy.Organisations;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Binds the organisation that a request is for, just after Spring Security: for a person the one chosen in the session, as
 * long as they are a member (asked anew each time, so that a removed member loses access at once), else the one joined
 * first; for a program the one of its token. Where nothing is bound, the database shows no tenant's rows.
 */
@Component
@Order(TenantFilter.AFTER_SECURITY)
class TenantFilter extends OncePerRequestFilter {
    /** Spring Security's own filter stands at -100. */
    static final int AFTER_SECURITY = -90;

    private static final String CHOSEN = "souk.organisation";
    private static final String MEMBERSHIPS = Membership.class.getName();

    private final Organisations organisations;

    TenantFilter(Organisations organisations) {
        this.organisations = organisations;
    }

    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<TenantId> tenant =
                client().map(CurrentClient::tenant).or(() -> member(request).map(CurrentMember::tenant));
        if (tenant.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        try {
            Tenant.call(tenant.get(), () -> {
                chain.doFilter(request, response);
                return true;
            });
        } catch (ServletException | IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ServletException(e);
        }
    }

    /** The program that calls, if its token was accepted. */
    static Optional<CurrentClient> client() {
        return SecurityContextHolder.getContext().getAuthentication() instanceof JwtAuthenticationToken token
                        && token.getDetails() instanceof CurrentClient client
                ? Optional.of(client)
                : Optional.empty();
    }

    private Optional<CurrentMember> member(HttpServletRequest request) {
        Person person = (Person) request.getAttribute(Person.class.getName());
        if (person == null || !person.verified()) {
            return Optional.empty();
        }
        List<Membership> memberships = organisations.of(person.accountId());
        request.setAttribute(MEMBERSHIPS, memberships);
        String chosen = chosen(request);
        Optional<CurrentMember> member = memberships.stream()
                .filter(membership -> membership.tenant().toString().equals(chosen))
                .findFirst()
                .or(() -> memberships.stream().findFirst())
                .map(membership -> new CurrentMember(
                        person.accountId(),
                        person.email(),
                        person.name(),
                        membership.tenant(),
                        membership.organisation(),
                        membership.role(),
                        person.platformAdmin()));
        member.ifPresent(found -> request.setAttribute(CurrentMember.class.getName(), found));
        return member;
    }

    private static @Nullable String chosen(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        return session == null ? null : (String) session.getAttribute(CHOSEN);
    }

    /** From the next request on the session is for this organisation. */
    static void choose(HttpServletRequest request, TenantId tenant) {
        request.getSession().setAttribute(CHOSEN, tenant.toString());
    }

    /** The organisations of whoever is signed in, the one joined first first. */
    @SuppressWarnings("unchecked")
    static List<Membership> memberships(HttpServletRequest request) {
        Object memberships = request.getAttribute(MEMBERSHIPS);
        return memberships == null ? List.of() : (List<Membership>) memberships;
    }

    static Optional<CurrentMember> current(HttpServletRequest request) {
        return Optional.ofNullable((CurrentMember) request.getAttribute(CurrentMember.class.getName()));
    }
}
