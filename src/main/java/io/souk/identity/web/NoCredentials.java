package io.souk.identity.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/** The answer to a program that asks for a token, or about one, and does not say who it is; as RFC 6749, 5.2 has it. */
class NoCredentials implements AuthenticationEntryPoint {
    static final String[] ENDPOINTS = {"/oauth2/token", "/oauth2/revoke", "/oauth2/introspect"};

    private static final String ANSWER = "{\"error\":\"invalid_client\",\"error_description\":\"The request does not"
            + " say which client sends it. Send the client's id and secret by HTTP Basic, or as client_id and"
            + " client_secret in the form.\"}";

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        response.setStatus(HttpStatus.UNAUTHORIZED.value());
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Souk\"");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.getOutputStream().write(ANSWER.getBytes(StandardCharsets.UTF_8));
    }
}
