package io.souk.notice;

import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.mail.MailException;
import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Gives waiting mails to the mail server, one after the other. One that it does not take is tried again after one minute,
 * then ever later, for a day; a crash between sending and noting it sends a mail twice rather than never.
 */
@Component
@ConditionalOnRole(Role.WORKER)
class MailWorker {
    private static final Logger log = LoggerFactory.getLogger(MailWorker.class);
    private static final int BATCH = 20;
    private static final List<Duration> WAITS = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofHours(3),
            Duration.ofHours(8),
            Duration.ofHours(12));

    private final Outbox outbox;
    private final @Nullable JavaMailSender server;
    private final NoticeConfiguration.Sender from;
    private final Duration lease;
    private final Clock clock;

    MailWorker(
            Outbox outbox,
            ObjectProvider<JavaMailSender> server,
            NoticeConfiguration.Sender from,
            NoticeProperties properties,
            Clock clock) {
        this.outbox = outbox;
        this.server = server.getIfAvailable();
        this.from = from;
        // connecting, greeting, encrypting, signing in and sending each may take a deadline
        this.lease = properties.deadline().multipliedBy(6L * BATCH);
        this.clock = clock;
    }

    @Scheduled(fixedDelay = 1_000)
    void work() {
        if (server == null) {
            return;
        }
        for (Mail mail : outbox.take(BATCH, lease)) {
            send(server, mail);
        }
    }

    private void send(JavaMailSender server, Mail mail) {
        var message = new SimpleMailMessage();
        message.setFrom(from.address());
        message.setTo(mail.recipient());
        message.setSubject(mail.subject());
        message.setText(mail.body());
        try {
            server.send(message);
            outbox.sent(mail.id());
        } catch (MailException e) {
            String problem = String.valueOf(e.getMessage());
            if (mail.tries() > WAITS.size()) {
                log.error("Mail {} was not taken by the mail server in a day and is given up: {}", mail.id(), problem);
                outbox.givenUp(mail.id(), problem);
            } else {
                Duration wait = WAITS.get(mail.tries() - 1);
                log.warn("Mail {} was not taken by the mail server, next try in {}: {}", mail.id(), wait, problem);
                outbox.failed(mail.id(), problem, clock.instant().plus(wait));
            }
        }
    }

    @Scheduled(fixedDelay = 3_600_000, initialDelay = 300_000)
    void sweep() {
        outbox.sweep();
    }
}
