package io.souk.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTests {
    private static final Pattern TAG = Pattern.compile("<[a-zA-Z][^<>]*>", Pattern.DOTALL);
    private static final Pattern INLINE =
            Pattern.compile("\\s(th:)?style\\s*=|\\s(th:)?on[a-z]+\\s*=|javascript:", Pattern.CASE_INSENSITIVE);
    private static final Pattern SCRIPT = Pattern.compile("<script(?![^>]*\\ssrc=)[^>]*>|<style\\b");
    private static final Gallery GALLERY = new Gallery();

    @AfterEach
    void full() {
        Gallery.empty = false;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/overview",
                "/docs",
                "/docs/charges",
                "/docs/api",
                "/sample/console",
                "/sample/chart",
                "/sample/error/404",
                "/sample/error/403",
                "/sample/error/403?told=true",
                "/sample/error/4xx?told=true",
                "/sample/error/4xx",
                "/sample/error/5xx"
            })
    void rendersForEveryoneWithMuchAndWithNothing(String address) throws Exception {
        for (var person : List.of("", "customer", "admin", "broken")) {
            for (boolean empty : new boolean[] {false, true}) {
                Gallery.empty = empty;
                var page = page(address, person);
                assertThat(page).contains("</html>").doesNotContain(" th:", "<th:block", "${", "??");
                assertThat(SCRIPT.matcher(page).find())
                        .as("inline script or style")
                        .isFalse();
                tags(page)
                        .forEach(tag ->
                                assertThat(INLINE.matcher(tag).find()).as(tag).isFalse());
                keep((address.equals("/") ? "/home" : address) + "-" + person + (empty ? "-empty" : ""), page);
            }
        }
    }

    @Test
    void showsAdministrationToAdministratorsOnly() throws Exception {
        assertThat(page("/sample/console", "admin")).contains("Administration", "/admin/backends");
        assertThat(page("/sample/console", "customer")).doesNotContain("Administration", "/admin/");
    }

    @Test
    void showsAVisitorTheWayIn() throws Exception {
        assertThat(page("/", "")).contains("Create account", "Sign in").doesNotContain("Sign out", "name=\"csrf\"");
    }

    @Test
    void keepsThePageWhenAPartOfTheShellFails() throws Exception {
        assertThat(page("/", "broken")).contains("Create account", "On offer now");
    }

    @Test
    void saysWhatIsWrongUnderTheFieldAndForgetsThePassword() throws Exception {
        var page = GALLERY.mvc()
                .perform(post("/sample/console")
                        .param("email", "no address")
                        .param("password", "short")
                        .param("agreed", "true"))
                .andReturn()
                .getResponse()
                .getContentAsString();
        keep("/refused", page);
        assertThat(page)
                .contains("data-test=\"error-name\"", "data-test=\"error-email\"", "aria-invalid=\"true\"")
                .contains("aria-describedby=\"email-error\"", "value=\"no address\"", "The card was declined")
                .doesNotContain("value=\"short\"");
    }

    @Test
    void escapesWhatPeopleTyped() throws Exception {
        var page = GALLERY.mvc()
                .perform(post("/sample/console").param("name", "<script>alert(1)</script>"))
                .andReturn()
                .getResponse()
                .getContentAsString();
        assertThat(page).doesNotContain("<script>alert").contains("&lt;script&gt;");
    }

    /** Every template of every module, as it is written. */
    @ParameterizedTest
    @MethodSource("sources")
    void worksWithoutScriptAndUnderAStrictPolicy(Path source) throws IOException {
        var text = Files.readString(source);
        assertThat(SCRIPT.matcher(text.replaceAll("th:src=", " src=")).find())
                .as("inline script or style")
                .isFalse();
        for (var tag : tags(text)) {
            assertThat(INLINE.matcher(tag).find()).as(tag).isFalse();
            assertThat(tag).doesNotContain("href=\"#\"");
            // Thymeleaf inserts a fragment before it looks at a condition on the same element
            if (tag.contains("th:replace=")) {
                assertThat(tag).doesNotContainPattern("th:(if|unless|each)=");
            }
            // a quote is doubled in Spring's expressions only; elsewhere the page ends in the middle
            if (tag.contains("th:")) {
                assertThat(tag.replaceAll("\\$\\{[^}]*}", "")).doesNotContainPattern("\\p{L}''\\p{L}");
            }
            if (Pattern.compile("hx-(get|post|put|patch|delete)").matcher(tag).find()) {
                assertThat(tag).as("works without script").containsPattern("(href|action|formaction)=");
            }
        }
    }

    static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("frontend", "templates"))) {
            return files.filter(file -> file.toString().endsWith(".html"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> tags(String page) {
        return TAG.matcher(page).results().map(found -> found.group()).toList();
    }

    private static String page(String address, String person) throws Exception {
        var request = get(address);
        if (!person.isEmpty()) {
            request.header("X-Person", person);
        }
        var response = GALLERY.mvc().perform(request).andReturn().getResponse();
        assertThat(response.getStatus()).isEqualTo(200);
        return response.getContentAsString();
    }

    // to be looked at: target/gallery
    private static void keep(String name, String page) throws IOException {
        var folder = Files.createDirectories(Path.of("target", "gallery"));
        Files.writeString(folder.resolve(name.substring(1).replace('/', '_') + ".html"), page);
    }
}
