package io.souk.portal;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.error.ErrorAttributeOptions;
import org.springframework.boot.webmvc.error.DefaultErrorAttributes;
import org.springframework.security.web.WebAttributes;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.server.ResponseStatusException;

/** What error pages are told: the status and a reference, nothing of what went on inside. */
@Component
class ErrorFacts extends DefaultErrorAttributes {
    private static final Logger log = LoggerFactory.getLogger(ErrorFacts.class);

    @Override
    public Map<String, @Nullable Object> getErrorAttributes(WebRequest request, ErrorAttributeOptions options) {
        var facts = super.getErrorAttributes(request, options);
        if (request instanceof ServletWebRequest web) {
            var reference = Reference.of(web.getRequest());
            facts.put("reference", reference);
            facts.put("unkept", UnkeptCharacters.refused(web.getRequest()));
            facts.put("stale", web.getRequest().getAttribute(WebAttributes.ACCESS_DENIED_403) instanceof CsrfException);
            facts.put("back", back(web.getRequest()));
            facts.put("reason", getError(request) instanceof ResponseStatusException ours ? ours.getReason() : null);
            if (facts.get("status") instanceof Integer status && status >= 500) {
                logged(web.getRequest(), facts, reference, getError(request));
            }
        }
        return facts;
    }

    /** The page of ours that the request came from, the sign-in where none is known. */
    private static String back(HttpServletRequest request) {
        try {
            var page = new URI(String.valueOf(request.getHeader("Referer")));
            var path = String.valueOf(page.getRawPath());
            if (String.valueOf(page.getRawAuthority()).equals(request.getHeader("Host"))
                    && path.startsWith("/")
                    && !path.startsWith("//")) {
                return page.getRawQuery() == null ? path : path + "?" + page.getRawQuery();
            }
        } catch (URISyntaxException e) {
            log.debug("a request came from no address: {}", e.getMessage());
        }
        return request.getContextPath() + "/sign-in";
    }

    // the stack trace stands beside this line, written by the servlet that failed
    private static void logged(
            HttpServletRequest request,
            Map<String, @Nullable Object> facts,
            String reference,
            @Nullable Throwable error) {
        log.error(
                "answered {} to {} {}, reference {}: {}",
                facts.get("status"),
                request.getMethod(),
                facts.get("path"),
                reference,
                error == null ? "no exception" : error.getClass().getName());
    }
}
