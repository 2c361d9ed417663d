package io.souk.portal;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Refuses a request with U+0000 in a parameter before anything reads it: PostgreSQL keeps that character in no text. What
 * a body of JSON holds is refused where the database is asked ({@link ApiFailures}).
 */
@Component
@Order(UnkeptCharacters.BEFORE_SECURITY)
class UnkeptCharacters extends OncePerRequestFilter {
    /** Just before Spring Security, whose endpoints look parameters up in the database too. */
    static final int BEFORE_SECURITY = -101;

    static final String WORDS =
            "It holds U+0000, a control character that cannot be kept. Remove it and send it again.";

    private static final String REFUSED = UnkeptCharacters.class.getName();

    private final JsonMapper json;

    UnkeptCharacters(JsonMapper json) {
        this.json = json;
    }

    /** Whether the request was refused here. */
    static boolean refused(HttpServletRequest request) {
        return request.getAttribute(REFUSED) != null;
    }

    /** These read their bodies as bytes, which asking for parameters would use up. */
    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.startsWith("/webhooks/") || path.startsWith("/local/stripe/v1/");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<String> unkept = request.getParameterMap().entrySet().stream()
                .filter(parameter -> Stream.of(parameter.getValue()).anyMatch(value -> value.indexOf(0) >= 0))
                .map(Map.Entry::getKey)
                .findFirst();
        if (unkept.isEmpty()) {
            chain.doFilter(request, response);
        } else if (request.getRequestURI().startsWith("/api/")) {
            ProblemDetail problem = ApiFailures.invalid(unkept.get(), WORDS);
            problem.setInstance(java.net.URI.create(request.getRequestURI()));
            response.setStatus(problem.getStatus());
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.getOutputStream().write(json.writeValueAsBytes(problem));
        } else {
            request.setAttribute(REFUSED, true);
            response.sendError(HttpStatus.BAD_REQUEST.value());
        }
    }
}
