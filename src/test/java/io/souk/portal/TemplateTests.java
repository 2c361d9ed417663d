package io.souk.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TemplateTests {
    private final Gallery gallery = new Gallery();

    @Test
    void rendersTheConsoleForAnAdministrator() throws Exception {
        var page = gallery.mvc()
                .perform(get("/sample/console").header("X-Person", "admin"))
                .andReturn()
                .getResponse()
                .getContentAsString();
        keep("console", page);
        assertThat(page).contains("Administration").doesNotContain("th:");
    }

    @Test
    void rendersAFormThatWasRefused() throws Exception {
        var page = gallery.mvc()
                .perform(post("/sample/console")
                        .param("email", "x")
                        .param("agreed", "true")
                        .header("X-Person", "customer"))
                .andReturn()
                .getResponse()
                .getContentAsString();
        keep("refused", page);
        assertThat(page).contains("Enter a name").doesNotContain("Administration");
    }

    @Test
    void rendersHomeForAVisitor() throws Exception {
        var page = gallery.mvc().perform(get("/")).andReturn().getResponse().getContentAsString();
        keep("home", page);
        assertThat(page).contains("Create account");
    }

    private static void keep(String name, String page) throws IOException {
        var folder = Files.createDirectories(Path.of("target", "gallery"));
        Files.writeString(folder.resolve(name + ".html"), page);
    }
}
