package io.souk.portal;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.ClassPathResource;

/**
 * Answers requests that Tomcat refuses before any of our code sees them, as one whose address cannot be decoded: a page
 * that looks like the others, problem+json below {@code /api}.
 */
class UnreadRequests extends ErrorReportValve {
    private static final Logger log = LoggerFactory.getLogger(UnreadRequests.class);
    private static final String PAGE = read();
    private static final String PROBLEM =
            "{\"type\":\"about:blank\",\"title\":\"The request was not understood\",\"status\":%d,\"detail\":\"Its "
                    + "address or its headers cannot be read. Check how they are encoded.\"}";

    private static String read() {
        try {
            return new ClassPathResource("templates/error/unread.html").getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        boolean program = isProgram(request);
        response.setContentType(program ? "application/problem+json" : "text/html");
        response.setCharacterEncoding("UTF-8");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'");
        String body = program ? PROBLEM.formatted(status) : PAGE.replace("400", Integer.toString(status));
        try {
            Writer writer = response.getReporter();
            if (writer != null) {
                writer.write(body);
                response.finishResponse();
            }
        } catch (IOException e) {
            log.debug("the caller left before the refusal was sent", e);
        }
    }

    private static boolean isProgram(HttpServletRequest request) {
        return String.valueOf(request.getRequestURI()).startsWith("/api/");
    }
}
