package io.souk.portal;

import io.souk.platform.ProblemType;
import io.souk.platform.Refused;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/** Tells callers of the management API why they are refused, as problem+json with a type that stays what it is. */
@ControllerAdvice
@Order(1)
class ApiFailures {
    private static final Logger log = LoggerFactory.getLogger(ApiFailures.class);
    private static final int DEEPEST_CAUSE = 20;

    ApiFailures() {}

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(Refused refused, HttpServletRequest request) {
        ProblemDetail problem = refused.type().problem(refused.detail());
        if (!refused.faults().isEmpty()) {
            problem.setProperty("errors", refused.faults());
        }
        return answer(problem, request);
    }

    /** What nobody thought of; pages and refusals of Spring Security are left to those who see to them. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> failed(Exception failure, HttpServletRequest request) throws Exception {
        if (!request.getRequestURI().startsWith("/api/")
                || failure instanceof AccessDeniedException
                || failure instanceof AuthenticationException) {
            throw failure;
        }
        if (isUnkept(failure)) {
            return answer(ProblemType.INVALID.problem("A value is wrong: " + UnkeptCharacters.WORDS), request);
        }
        String reference = Reference.of(request);
        log.error("{} {} failed, reference {}", request.getMethod(), request.getRequestURI(), reference, failure);
        return answer(
                ProblemType.INTERNAL.problem(
                        "Something broke on our side. Try again; if it stays so, tell whoever runs "
                                + "this Souk the reference " + reference + "."),
                request);
    }

    /** Whether PostgreSQL was given a character that it keeps in no text, which is U+0000. */
    private static boolean isUnkept(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(DEEPEST_CAUSE)
                .anyMatch(cause -> cause instanceof SQLException refused && "22021".equals(refused.getSQLState()));
    }

    private static ResponseEntity<ProblemDetail> answer(ProblemDetail problem, HttpServletRequest request) {
        problem.setInstance(java.net.URI.create(request.getRequestURI()));
        return ResponseEntity.status(problem.getStatus())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    /** Whether a part of the path should have been an id and is none. */
    static boolean isNoId(Exception refused) {
        return refused instanceof MethodArgumentTypeMismatchException mismatch
                && mismatch.getParameter().hasParameterAnnotation(PathVariable.class);
    }

    /** What a refusal of Spring's own says to a program. */
    static ProblemDetail problem(Exception refused, HttpStatusCode status) {
        return switch (refused) {
            case MethodArgumentTypeMismatchException mismatch ->
                isNoId(mismatch)
                        ? ProblemType.NOT_FOUND.problem("There is nothing at this path: a part of it is no id.")
                        : invalid(mismatch.getName(), "This cannot be read.");
            case MissingServletRequestParameterException missing ->
                invalid(missing.getParameterName(), "This parameter is missing.");
            case HttpMessageNotReadableException _ ->
                ProblemType.UNREADABLE.problem(
                        "The body cannot be read. Send one JSON object as UTF-8, with the members that the document at "
                                + "/api/openapi.json lists.");
            default -> ProblemType.ofStatus(status.value()).problem(words(status.value()));
        };
    }

    /** One part of the request is wrong. @param message a sentence */
    static ProblemDetail invalid(String field, String message) {
        ProblemDetail problem = ProblemType.INVALID.problem("The field " + field + " is wrong: " + message);
        problem.setProperty("errors", List.of(new Refused.Fault(field, message)));
        return problem;
    }

    private static String words(int status) {
        return switch (status) {
            case 404 -> "There is nothing at this path. The document at /api/openapi.json lists every path.";
            case 405 -> "This path has other methods; the header Allow names them.";
            case 406 -> "The answer is JSON: send no Accept header, or one that allows application/json.";
            case 415 -> "Send JSON, with the header Content-Type: application/json.";
            default -> "The request is refused.";
        };
    }
}
