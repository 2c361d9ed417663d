package io.souk.notice;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How mails leave.
 *
 * @param mailUrl {@code smtp://user:password@host:port} (encrypted where the server offers it) or {@code smtps://…}; empty
 *     for the page that stands in for an inbox
 * @param from the sender; empty for no-reply at the portal's host
 * @param deadline the longest wait for any single answer of the mail server
 */
@Validated
@ConfigurationProperties("souk.notice")
record NoticeProperties(
        @NotNull @DefaultValue("") String mailUrl,
        @NotNull @DefaultValue("") String from,
        @DefaultValue("15s") Duration deadline) {
    boolean hasMailServer() {
        return !mailUrl.isBlank();
    }

    @Override
    public String toString() {
        return "NoticeProperties[mail server " + (hasMailServer() ? "given" : "none") + "]";
    }
}
