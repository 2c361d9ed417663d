package io.souk.portal;

import io.souk.platform.ShellContributor;
import io.souk.platform.ShellDraft;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Profile;
import org.springframework.mock.web.MockServletContext;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.thymeleaf.spring6.SpringTemplateEngine;
import org.thymeleaf.spring6.templateresolver.SpringResourceTemplateResolver;
import org.thymeleaf.spring6.view.ThymeleafViewResolver;
import org.thymeleaf.templatemode.TemplateMode;

/** Pages with nothing but the shell behind them: no database, no people; a header says who looks. */
final class Gallery {
    /** Whether modules have anything to show; read at each request. */
    static volatile boolean empty;

    static final Instant NOW = Instant.parse("2026-11-24T03:40:00Z");

    private final MockMvc mvc;

    Gallery() {
        var context = new AnnotationConfigWebApplicationContext();
        context.setServletContext(new MockServletContext());
        // a profile of its own keeps these pages out of the program that other tests start
        context.getEnvironment().setActiveProfiles("gallery");
        context.register(Pages.class);
        context.refresh();
        mvc = MockMvcBuilders.webAppContextSetup(context)
                .addFilters(new SecurityHeaders(List.of(() -> List.of(
                        URI.create("https://checkout.example.org/pay?x=1"),
                        URI.create("http://127.0.0.1:9000/login")))))
                .build();
    }

    MockMvc mvc() {
        return mvc;
    }

    @Configuration
    @Profile("gallery")
    @EnableWebMvc
    @Import({
        Shells.class,
        ShellAdvice.class,
        Formats.class,
        Charts.class,
        PortalConfiguration.class,
        PortalPages.class,
        Refusals.class,
        SamplePages.class,
        Person.class
    })
    static class Pages {
        @Bean
        Clock clock() {
            return Clock.fixed(NOW, ZoneOffset.UTC);
        }

        @Bean
        HomeContributor home() {
            return new HomeContributor() {
                @Override
                public List<ModelCard> models() {
                    return empty ? List.of() : SamplePages.models();
                }

                @Override
                public Map<String, String> samples() {
                    return empty ? Map.of() : SamplePages.samples();
                }
            };
        }

        @Bean
        OverviewContributor overview() {
            return new SampleOverview();
        }

        @Bean
        ThymeleafViewResolver views(ApplicationContext context) {
            var templates = new SpringResourceTemplateResolver();
            templates.setApplicationContext(context);
            templates.setPrefix("classpath:/templates/");
            templates.setSuffix(".html");
            templates.setTemplateMode(TemplateMode.HTML);
            templates.setCharacterEncoding("UTF-8");
            var engine = new SpringTemplateEngine();
            engine.setTemplateResolver(templates);
            engine.setEnableSpringELCompiler(false);
            var views = new ThymeleafViewResolver();
            views.setTemplateEngine(engine);
            views.setCharacterEncoding("UTF-8");
            return views;
        }
    }

    /** Signs in whoever sends {@code X-Person: customer} or {@code admin}. */
    static class Person implements ShellContributor {
        @Override
        public void contribute(ShellDraft shell, HttpServletRequest request) {
            var person = request.getHeader("X-Person");
            if (person == null) {
                return;
            }
            if (person.equals("broken")) {
                throw new IllegalStateException("the database is away");
            }
            shell.person("customer@example.org", "Customer", person.equals("admin"))
                    .organisation("1", "Example organisation with a rather long name 株式会社", true)
                    .organisation("2", "Second", false)
                    .role("OWNER")
                    .banner("Simulated payments: no real money moves, and test cards are taken.");
        }
    }

    static class SampleOverview implements OverviewContributor {
        @Override
        public List<Figure> figures() {
            return empty
                    ? List.of()
                    : List.of(
                            new Figure(2, "Spent today", "$0.000042", "3 calls", "/usage"),
                            new Figure(1, "Balance", "$19.99", "lasts about 12 days", "/billing"));
        }

        @Override
        public List<Step> steps() {
            return empty
                    ? List.of()
                    : List.of(
                            new Step(
                                    1,
                                    "Confirm your e-mail address",
                                    "So that we can reach you.",
                                    "/verify",
                                    "Send again",
                                    true),
                            new Step(
                                    2,
                                    "Add credit",
                                    "Calls are taken from it, to the last digit.",
                                    "/billing",
                                    "Add credit",
                                    false),
                            new Step(
                                    3,
                                    "Create a key",
                                    "A program needs one to call a model.",
                                    "/keys/new",
                                    "Create key",
                                    false));
        }
    }
}
