package io.souk.identity;

import io.souk.identity.MailedTokens.Purpose;
import io.souk.identity.events.SignUpRepeated;
import io.souk.identity.events.VerificationAsked;
import io.souk.platform.PortalAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Proves that an address belongs to whoever signed up with it: by a mailed link that works once, for a day. */
@Component
public class Verification {
    static final Attempts.Limit MAILS = new Attempts.Limit("verification-mail", 3, Duration.ofMinutes(15), 3);

    private final AccountRepository accounts;
    private final MailedTokens tokens;
    private final Attempts attempts;
    private final PortalAddress portal;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Verification(
            AccountRepository accounts,
            MailedTokens tokens,
            Attempts attempts,
            PortalAddress portal,
            ApplicationEventPublisher events,
            Clock clock) {
        this.accounts = accounts;
        this.tokens = tokens;
        this.attempts = attempts;
        this.portal = portal;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Has the link mailed, three times in a quarter of an hour at most. Joins the caller's transaction.
     *
     * @return when to ask again if it was too often
     */
    @Transactional
    public Optional<Instant> ask(Person person) {
        Attempts.Permit permit = attempts.begin(MAILS, person.email());
        if (permit.until() != null) {
            return Optional.of(permit.until());
        }
        MailedTokens.Issued issued = tokens.issue(person.accountId(), Purpose.VERIFY);
        events.publishEvent(new VerificationAsked(
                person.accountId(),
                person.email(),
                person.name(),
                portal.page("/verify?token=" + issued.token()),
                issued.until()));
        return Optional.empty();
    }

    /** Tells the owner of an address that somebody signed up with it again; whoever did so learns nothing. */
    @Transactional
    public void signedUpAgain(Person person) {
        if (!person.verified()) {
            ask(person);
        } else if (attempts.begin(MAILS, person.email()).until() == null) {
            events.publishEvent(new SignUpRepeated(
                    person.accountId(),
                    person.email(),
                    person.name(),
                    portal.page("/sign-in"),
                    portal.page("/forgot-password")));
        }
    }

    /** Whose link it is, while it still works; looking does not use it up, as mail scanners look. */
    @Transactional(readOnly = true)
    public Optional<Person> pending(String token) {
        return tokens.owner(token, Purpose.VERIFY).flatMap(accounts::findById).map(Account::person);
    }

    /** Uses the link. */
    @Transactional
    public Optional<Person> verify(String token) {
        return tokens.redeem(token, Purpose.VERIFY).flatMap(accounts::findById).map(account -> {
            account.verify(clock.instant());
            return account.person();
        });
    }
}
