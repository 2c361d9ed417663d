package io.souk.notice;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.thymeleaf.context.Context;
import org.thymeleaf.spring6.SpringTemplateEngine;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/** Turns a template of {@code templates/notice} into a mail's words. Its first line is the subject. */
@Component
class MailTexts {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final SpringTemplateEngine engine = new SpringTemplateEngine();

    MailTexts() {
        var files = new ClassLoaderTemplateResolver();
        files.setPrefix("templates/notice/");
        files.setSuffix(".txt");
        files.setTemplateMode(TemplateMode.TEXT);
        files.setCharacterEncoding(StandardCharsets.UTF_8.name());
        files.setCacheable(true);
        engine.setTemplateResolver(files);
    }

    record Text(String subject, String body) {}

    Text write(String template, Map<String, Object> facts) {
        String all = engine.process(template, new Context(Locale.ENGLISH, facts));
        int firstLine = all.indexOf('\n');
        return new Text(
                all.substring(0, firstLine).replaceAll("\\p{Cntrl}+", " ").strip(),
                all.substring(firstLine + 1).strip() + "\n");
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }
}
