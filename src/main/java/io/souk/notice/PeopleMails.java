package io.souk.notice;

import io.souk.identity.events.PasswordChanged;
import io.souk.identity.events.PasswordResetAsked;
import io.souk.identity.events.SignUpRepeated;
import io.souk.identity.events.VerificationAsked;
import io.souk.tenancy.events.InvitationSent;
import java.util.Map;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** What people are told about their account. Runs inside the transaction of the event. */
@Component
class PeopleMails {
    private final MailTexts texts;
    private final Outbox outbox;

    PeopleMails(MailTexts texts, Outbox outbox) {
        this.texts = texts;
        this.outbox = outbox;
    }

    @EventListener
    void on(VerificationAsked event) {
        mail(
                event.email(),
                "verify",
                Map.of("name", event.name(), "link", event.link(), "until", MailTexts.time(event.until())));
    }

    @EventListener
    void on(PasswordResetAsked event) {
        mail(
                event.email(),
                "reset",
                Map.of("name", event.name(), "link", event.link(), "until", MailTexts.time(event.until())));
    }

    @EventListener
    void on(SignUpRepeated event) {
        mail(
                event.email(),
                "sign-up-repeated",
                Map.of("name", event.name(), "signIn", event.signInLink(), "reset", event.resetLink()));
    }

    @EventListener
    void on(PasswordChanged event) {
        mail(event.email(), "password-changed", Map.of("name", event.name(), "reset", event.resetLink()));
    }

    @EventListener
    void on(InvitationSent event) {
        mail(
                event.email(),
                "invitation",
                Map.of(
                        "organisation", event.organisation(),
                        "invitedBy", event.invitedBy(),
                        "role", event.role(),
                        "link", event.link(),
                        "until", MailTexts.time(event.until())));
    }

    private void mail(String recipient, String template, Map<String, Object> facts) {
        MailTexts.Text text = texts.write(template, facts);
        outbox.add(recipient, text.subject(), text.body());
    }
}
