package io.souk.tenancy.web;

import io.souk.identity.Person;
import io.souk.platform.Access;
import io.souk.tenancy.CurrentClient;
import io.souk.tenancy.CurrentMember;
import io.souk.tenancy.MemberRole;
import io.souk.tenancy.access.ApiScope;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Enforces what a handler says of who may call it; one that says nothing is closed to everybody. */
@Component
class AccessInterceptor implements HandlerInterceptor, WebMvcConfigurer {
    private static final Logger log = LoggerFactory.getLogger(AccessInterceptor.class);

    AccessInterceptor() {}

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).order(-100);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws IOException {
        if (!(handler instanceof HandlerMethod method)
                || !method.getBeanType().getPackageName().startsWith("io.souk")) {
            return true;
        }
        Optional<Access.Need> need = need(method);
        if (need.isEmpty()) {
            log.error(
                    "{} says not who may call it and is closed: give it an annotation of io.souk.tenancy.access",
                    method);
            throw new AccessDeniedException("closed");
        }
        return switch (need.get()) {
            case ANYONE -> true;
            case SIGNED_IN -> {
                person(request);
                yield true;
            }
            case PLATFORM_ADMIN -> {
                boolean admin = person(request).platformAdmin();
                if (!admin) {
                    response.sendError(HttpStatus.NOT_FOUND.value());
                }
                yield admin;
            }
            case API_CLIENT -> {
                scope(method);
                yield true;
            }
            case MEMBER -> role(request, response, _ -> true, List.of());
            case OWNER -> role(request, response, CurrentMember::isOwner, List.of(MemberRole.OWNER.label()));
            case BILLING ->
                role(
                        request,
                        response,
                        CurrentMember::isBilling,
                        List.of(MemberRole.OWNER.label(), MemberRole.BILLING.label()));
            case DEVELOPER ->
                role(
                        request,
                        response,
                        CurrentMember::isDeveloper,
                        List.of(MemberRole.OWNER.label(), MemberRole.DEVELOPER.label()));
        };
    }

    private static Optional<Access.Need> need(HandlerMethod method) {
        return Optional.ofNullable(AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), Access.class))
                .or(() -> Optional.ofNullable(
                        AnnotatedElementUtils.findMergedAnnotation(method.getBeanType(), Access.class)))
                .map(Access::value);
    }

    private static Person person(HttpServletRequest request) {
        Person person = (Person) request.getAttribute(Person.class.getName());
        if (person == null) {
            throw new InsufficientAuthenticationException("nobody is signed in");
        }
        if (!person.verified()) {
            throw new AccessDeniedException("the address is not verified");
        }
        return person;
    }

    private static boolean role(
            HttpServletRequest request,
            HttpServletResponse response,
            Predicate<CurrentMember> allowed,
            List<String> needed)
            throws IOException {
        person(request);
        Optional<CurrentMember> member = TenantFilter.current(request);
        if (member.isEmpty()) {
            response.sendRedirect(request.getContextPath() + "/organisation/new");
            return false;
        }
        if (!allowed.test(member.get())) {
            throw new RoleMissing(member.get(), needed);
        }
        return true;
    }

    private static void scope(HandlerMethod method) {
        CurrentClient client = TenantFilter.client()
                .orElseThrow(() -> new InsufficientAuthenticationException("no token of a program"));
        ApiScope scope = Optional.ofNullable(
                        AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), ApiScope.class))
                .orElseGet(() -> AnnotatedElementUtils.findMergedAnnotation(method.getBeanType(), ApiScope.class));
        if (scope != null && !scope.value().isEmpty() && !client.scopes().contains(scope.value())) {
            throw new ScopeMissing(scope.value());
        }
    }
}
