package io.souk.portal;

import io.souk.platform.FormTargets;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.TreeSet;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * What a browser may do with our pages: run our scripts and styles only, send forms to us and to the stated
 * {@link FormTargets}, frame us never. Written before anything else answers, so error pages and files have it too.
 */
class SecurityHeaders extends OncePerRequestFilter {
    private static final String POLICY =
            "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
                    + " connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action"
                    + " 'self'";

    private final List<FormTargets> targets;

    SecurityHeaders(List<FormTargets> targets) {
        this.targets = targets;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        response.setHeader("Content-Security-Policy", policy());
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "same-origin");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
        response.setHeader("X-Request-Id", Reference.of(request));
        chain.doFilter(request, response);
    }

    private String policy() {
        var origins = new TreeSet<String>();
        for (var target : targets) {
            for (var address : target.origins()) {
                origins.add(origin(address));
            }
        }
        return origins.isEmpty() ? POLICY : POLICY + " " + String.join(" ", origins);
    }

    private static String origin(URI address) {
        if (address.getScheme() == null || address.getHost() == null) {
            throw new IllegalArgumentException("a form target is an absolute address, not \"" + address + "\"");
        }
        var port = address.getPort() == -1 ? "" : ":" + address.getPort();
        return address.getScheme() + "://" + address.getHost() + port;
    }
}
