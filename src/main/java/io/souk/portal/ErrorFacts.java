package io.souk.portal;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.error.ErrorAttributeOptions;
import org.springframework.boot.webmvc.error.DefaultErrorAttributes;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;

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
            if (facts.get("status") instanceof Integer status && status >= 500) {
                logged(web.getRequest(), facts, reference, getError(request));
            }
        }
        return facts;
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
