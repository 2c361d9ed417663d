package io.souk.tenancy.web;

import io.souk.platform.ProblemType;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

/** Says in plain words which role, or which scope, a handler wants. */
@ControllerAdvice
@Order(0)
class AccessRefusals {
    AccessRefusals() {}

    @ExceptionHandler
    String roleMissing(RoleMissing refused, Model model, HttpServletResponse response) {
        response.setStatus(HttpStatus.FORBIDDEN.value());
        model.addAttribute("member", refused.member());
        model.addAttribute("needed", String.join(" or ", refused.needed()).toLowerCase(java.util.Locale.ROOT));
        return "tenancy/role-missing";
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> scopeMissing(ScopeMissing refused) {
        return ResponseEntity.status(HttpStatus.FORBIDDEN)
                .header(
                        HttpHeaders.WWW_AUTHENTICATE,
                        "Bearer error=\"insufficient_scope\", scope=\"" + refused.scope() + "\"")
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(ProblemType.SCOPE_MISSING.problem("This needs the scope " + refused.scope()
                        + ". Give it to the client, or ask for it with the token."));
    }
}
