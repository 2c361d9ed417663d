package io.souk.identity.web;

import io.souk.identity.Person;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.WebAttributes;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.csrf.CsrfException;

/** Where a request to a page goes that may not be answered: to the sign-in, to the verification, or to an error page. */
class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler {
    private final LoginUrlAuthenticationEntryPoint signIn = new LoginUrlAuthenticationEntryPoint("/sign-in");

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException, jakarta.servlet.ServletException {
        if (request.getHeader("HX-Request") != null) {
            response.setHeader("HX-Redirect", request.getContextPath() + "/sign-in");
            response.setStatus(HttpStatus.UNAUTHORIZED.value());
        } else {
            signIn.commence(request, response, failure);
        }
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException failure)
            throws IOException {
        if (failure instanceof CsrfException) {
            unsent(request, response, failure);
            return;
        }
        boolean unverified = SignedInFilter.person(request)
                .filter(person -> !person.verified())
                .isPresent();
        if (unverified) {
            response.sendRedirect(request.getContextPath() + "/verify");
        } else if (isAdminPage(request)
                && SignedInFilter.person(request).filter(Person::platformAdmin).isEmpty()) {
            // who does not run this Souk does not learn what its administration is made of
            response.sendError(HttpStatus.NOT_FOUND.value());
        } else {
            response.sendError(HttpStatus.FORBIDDEN.value());
        }
    }

    /** A form of a page that is out of date, or of another site; our pages have no other method that changes things. */
    private static void unsent(HttpServletRequest request, HttpServletResponse response, AccessDeniedException failure)
            throws IOException {
        if (request.getMethod().equals("POST")) {
            request.setAttribute(WebAttributes.ACCESS_DENIED_403, failure);
            response.sendError(HttpStatus.FORBIDDEN.value());
        } else {
            response.setHeader(HttpHeaders.ALLOW, "GET, HEAD, POST");
            response.sendError(HttpStatus.METHOD_NOT_ALLOWED.value());
        }
    }

    private static boolean isAdminPage(HttpServletRequest request) {
        return request.getRequestURI()
                .substring(request.getContextPath().length())
                .startsWith("/admin");
    }
}
