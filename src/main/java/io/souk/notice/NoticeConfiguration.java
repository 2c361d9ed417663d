package io.souk.notice;

import io.souk.platform.PortalAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.JavaMailSenderImpl;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(NoticeProperties.class)
class NoticeConfiguration {
    @Bean
    @Conditional(MailServer.Given.class)
    JavaMailSender mailServer(NoticeProperties properties) {
        return sender(properties);
    }

    @Bean
    Sender sender(NoticeProperties properties, PortalAddress portal) {
        return new Sender(
                properties.from().isBlank()
                        ? "Souk <no-reply@" + portal.publicUrl().getHost() + ">"
                        : properties.from());
    }

    /** Whom mails come from, as a mail's header says it. */
    record Sender(String address) {}

    static JavaMailSenderImpl sender(NoticeProperties properties) {
        URI url = URI.create(properties.mailUrl());
        boolean encrypted = "smtps".equals(url.getScheme());
        if (url.getHost() == null || !(encrypted || "smtp".equals(url.getScheme()))) {
            throw new IllegalArgumentException(
                    "SOUK_MAIL_URL must be like smtp://user:password@mail.example.org:587 (or smtps://…:465).");
        }
        var sender = new JavaMailSenderImpl();
        String protocol = url.getScheme();
        sender.setProtocol(protocol);
        sender.setHost(url.getHost());
        sender.setPort(url.getPort() > 0 ? url.getPort() : encrypted ? 465 : 587);
        sender.setDefaultEncoding(StandardCharsets.UTF_8.name());
        Properties settings = sender.getJavaMailProperties();
        String user = url.getRawUserInfo();
        if (user != null) {
            String[] parts = user.split(":", 2);
            sender.setUsername(URLDecoder.decode(parts[0], StandardCharsets.UTF_8));
            sender.setPassword(parts.length == 2 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
            settings.setProperty("mail." + protocol + ".auth", "true");
        }
        String deadline = Long.toString(properties.deadline().toMillis());
        for (String wait : new String[] {"connectiontimeout", "timeout", "writetimeout"}) {
            settings.setProperty("mail." + protocol + "." + wait, deadline);
        }
        settings.setProperty("mail.smtp.starttls.enable", "true");
        return sender;
    }
}
