package io.souk.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.support.SoukTest;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;

/** The shell in the whole program, as a visitor's browser meets it. */
@SoukTest
class PagesOverHttpTests {
    private static final HttpClient BROWSER =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    @Autowired
    private Environment environment;

    @ParameterizedTest
    @ValueSource(strings = {"/", "/docs", "/docs/charges", "/docs/api"})
    void opensToAVisitorUnderAStrictPolicyAndKeepsNoSession(String address) throws Exception {
        var page = get(address);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.headers().allValues("Set-Cookie")).noneMatch(cookie -> cookie.startsWith("SOUK="));
    }

    @Test
    void servesWhatThePageLinks() throws Exception {
        var links = Pattern.compile("(?:href|src)=\"(/(?:css|js|img|webjars)/[^\"#]+)")
                .matcher(get("/").body())
                .results()
                .map(found -> found.group(1))
                .distinct()
                .toList();
        assertThat(links).hasSizeGreaterThan(6);
        int bytes = 0;
        for (var link : links) {
            var answer = get(link);
            assertThat(answer.statusCode()).as(link).isEqualTo(200);
            if (!link.startsWith("/webjars/")) {
                assertThat(link)
                        .as("named by its content, so that it may be kept for ever")
                        .containsPattern("-[0-9a-f]{32}\\.");
                bytes += answer.body().length();
            }
        }
        assertThat(bytes).as("our own bytes of a first view").isLessThan(100_000);
    }

    @Test
    void answersAnUnknownAddressWithAPageInPlainWords() throws Exception {
        var page = get("/docs/no-such-page");
        assertThat(page.statusCode()).isEqualTo(404);
        assertThat(page.body())
                .contains(
                        "There is no such page",
                        page.headers().firstValue("X-Request-Id").orElseThrow())
                .doesNotContain("Exception");
    }

    @Test
    void asksAVisitorOfTheConsoleToSignIn() throws Exception {
        var page = get("/overview");
        assertThat(page.statusCode()).isBetween(302, 303);
        assertThat(page.headers().firstValue("Location").orElseThrow()).contains("/sign-in");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%00", "/..%2fetc", "/models/%2e%2e%2f", "/error", "/error?status=500"})
    void answersWhatLeadsNowhereWithAPageOfOurs(String address) throws Exception {
        String answer = raw("GET " + address + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n");
        assertThat(answer)
                .startsWith(address.startsWith("/error") ? "HTTP/1.1 404" : "HTTP/1.1 400")
                .containsIgnoringCase("content-security-policy: default-src")
                .contains("data-test=\"error\"", "/css/tokens", "Go to the home page")
                .doesNotContain("999", "Tomcat", "HTTP Status");
        assertThat(raw("GET /api/v1/%00 HTTP/1.1\r\nHost: localhost\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json", "\"status\":400");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /",
                "GET /overview",
                "GET /admin/models",
                "GET /models/none",
                "GET /theme?to=dark",
                "GET /verify",
                "GET /docs/api",
                "GET /sign-in?next=/usage",
                "POST /sign-out",
                "GET /api/openapi.json",
                "GET /.well-known/openid-configuration",
                "GET /oauth2/authorize?response_type=code&client_id=x",
                "GET /api/v1/keys"
            })
    void sendsNobodyToTheHostThatARequestNames(String request) throws Exception {
        for (String host : new String[] {
            "Host: evil.example", "Host: localhost\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https"
        }) {
            assertThat(raw(request + " HTTP/1.1\r\nAccept: text/html\r\n" + host + "\r\n"))
                    .as(host)
                    .doesNotContain("evil.example");
        }
    }

    private String raw(String head) throws Exception {
        int port = environment.getRequiredProperty("local.server.port", Integer.class);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void tellsRobotsWhereThePublicPagesAre() throws Exception {
        assertThat(get("/robots.txt").body()).contains("Allow: /models", "Disallow: /");
    }

    private HttpResponse<String> get(String address) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(
                        "http://localhost:" + environment.getRequiredProperty("local.server.port") + address))
                .header("Accept", "text/html,*/*")
                .timeout(Duration.ofSeconds(30))
                .build();
        return BROWSER.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
