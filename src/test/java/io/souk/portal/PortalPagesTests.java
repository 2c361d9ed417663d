package io.souk.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

import io.souk.kernel.ChargeRule;
import jakarta.servlet.http.Cookie;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.RequestBuilder;
import org.springframework.web.util.HtmlUtils;

class PortalPagesTests {
    private static final Gallery GALLERY = new Gallery();

    @Test
    void letsPagesRunOurScriptsOnlyAndSendFormsToStatedOrigins() throws Exception {
        var response = answer(get("/"));
        assertThat(response.getHeader("Content-Security-Policy"))
                .contains("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'")
                .endsWith("form-action 'self' http://127.0.0.1:9000 https://checkout.example.org")
                .doesNotContain("unsafe");
        assertThat(response.getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(response.getHeader("Referrer-Policy")).isEqualTo("same-origin");
        assertThat(response.getHeader("X-Request-Id")).matches("[2-9a-z]{10}");
    }

    @ParameterizedTest
    @CsvSource({
        "/usage?by=model, /usage?by=model",
        "https://evil.example, /",
        "//evil.example, /",
        "/\\evil.example, /",
        "/a\\b, /",
        "javascript:alert(1), /",
    })
    void returnsOnlyToItsOwnPagesAfterAThemeIsChosen(String back, String location) throws Exception {
        var response = answer(get("/theme").param("to", "dark").param("back", back));
        assertThat(response.getStatus()).isEqualTo(303);
        assertThat(response.getHeader("Location")).isEqualTo(location);
        assertThat(response.getHeader("Set-Cookie")).startsWith("theme=dark; Path=/; Max-Age=31536000");
    }

    @Test
    void sendsTheChosenThemeFromTheServer() throws Exception {
        assertThat(answer(get("/").cookie(new Cookie("theme", "dark"))).getContentAsString())
                .contains("data-theme=\"dark\"");
        assertThat(answer(get("/").cookie(new Cookie("theme", "\"><script>"))).getContentAsString())
                .doesNotContain("data-theme=");
        assertThat(answer(get("/theme").param("to", "system")).getHeader("Set-Cookie"))
                .contains("Max-Age=0");
    }

    @Test
    void printsEveryRowOfTheTableOfChargesAsTheKernelHasIt() throws Exception {
        String page = HtmlUtils.htmlUnescape(answer(get("/docs/charges")).getContentAsString());
        String table = page.substring(page.indexOf("data-test=\"charges\""), page.indexOf("Where a count comes from"));
        int at = 0;
        for (ChargeRule rule : ChargeRule.values()) {
            int row = table.indexOf("<th scope=\"row\">" + rule.happened() + "</th>", at);
            assertThat(row).as(rule.happened()).isNotNegative();
            at = row;
            assertThat(table.substring(row, table.indexOf("</tr>", row))).contains(">" + rule.charged() + "<");
            rule.reasons()
                    .forEach(reason -> assertThat(table.substring(row, table.indexOf("</tr>", row)))
                            .contains("<code>" + reason.label() + "</code>"));
            rule.sources()
                    .forEach(source -> assertThat(table.substring(row, table.indexOf("</tr>", row)))
                            .contains("<code>" + source.label() + "</code>"));
        }
        assertThat(table.split("<th scope=\"row\"", -1)).hasSize(ChargeRule.values().length + 1);
    }

    @Test
    void answersARefusedRequestInItsReadersForm() throws Exception {
        var page = answer(get("/sample/refused").param("number", "many"));
        assertThat(page.getStatus()).isEqualTo(400);
        assertThat(page.getContentAsString()).isEmpty();
        var problem = answer(get("/api/v1/sample/refused").param("number", "many"));
        assertThat(problem.getStatus()).isEqualTo(400);
        assertThat(problem.getContentType()).isEqualTo("application/problem+json");
    }

    @Test
    void namesTheOrganisationAndMarksWhereOneIs() throws Exception {
        var page = answer(get("/overview").header("X-Person", "customer")).getContentAsString();
        assertThat(page)
                .contains("株式会社", "data-test=\"steps\"")
                .containsPattern("/overview\"\\s+aria-current=\"page\"");
    }

    private static MockHttpServletResponse answer(RequestBuilder request) throws Exception {
        return GALLERY.mvc().perform(request).andReturn().getResponse();
    }
}
