package io.souk.portal;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** A request that Spring refuses is answered in its reader's form: problem+json below {@code /api}, else a page. */
@ControllerAdvice
@Order(0)
class Refusals extends ResponseEntityExceptionHandler {
    /** A path with a text that is no id leads to nothing, as one with an unknown id does. */
    private static HttpStatusCode status(Exception refused, HttpStatusCode status) {
        return ApiFailures.isNoId(refused) ? HttpStatus.NOT_FOUND : status;
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception refused, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (!(request instanceof ServletWebRequest web)
                || web.getRequest().getRequestURI().startsWith("/api/")) {
            return super.handleExceptionInternal(
                    refused, ApiFailures.problem(refused, status), headers, status(refused, status), request);
        }
        HttpServletResponse response = web.getResponse();
        if (response == null || response.isCommitted()) {
            return null;
        }
        headers.forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
        try {
            response.sendError(status.value());
        } catch (IOException e) {
            logger.debug("the caller left before the refusal was sent", e);
        }
        return null;
    }
}
