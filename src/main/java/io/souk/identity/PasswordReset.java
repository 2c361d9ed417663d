package io.souk.identity;

import io.souk.identity.MailedTokens.Purpose;
import io.souk.identity.events.PasswordResetAsked;
import io.souk.platform.PortalAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** A new password for somebody who can read the account's mail: by a link that works once, for an hour. */
@Component
public class PasswordReset {
    static final Attempts.Limit MAILS = new Attempts.Limit("reset-mail", 3, Duration.ofMinutes(15), 3);

    private final AccountRepository accounts;
    private final Accounts people;
    private final MailedTokens tokens;
    private final Attempts attempts;
    private final PortalAddress portal;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    PasswordReset(
            AccountRepository accounts,
            Accounts people,
            MailedTokens tokens,
            Attempts attempts,
            PortalAddress portal,
            ApplicationEventPublisher events,
            Clock clock) {
        this.accounts = accounts;
        this.people = people;
        this.tokens = tokens;
        this.attempts = attempts;
        this.portal = portal;
        this.events = events;
        this.clock = clock;
    }

    /** Has the link mailed if there is such an account, three times in a quarter of an hour at most. */
    @Transactional
    public void ask(String email) {
        String normal = Accounts.normal(email);
        boolean often = attempts.begin(MAILS, normal).until() != null;
        accounts.findByEmail(normal).filter(_ -> !often).map(Account::person).ifPresent(person -> {
            MailedTokens.Issued issued = tokens.issue(person.accountId(), Purpose.RESET);
            events.publishEvent(new PasswordResetAsked(
                    person.accountId(),
                    person.email(),
                    person.name(),
                    portal.page("/reset-password?token=" + issued.token()),
                    issued.until()));
        });
    }

    /** Whose link it is, while it still works; looking does not use it up. */
    @Transactional(readOnly = true)
    public Optional<Person> pending(String token) {
        return tokens.owner(token, Purpose.RESET).flatMap(accounts::findById).map(Account::person);
    }

    /**
     * Uses the link and sets the password. It proves the address as well, and ends a shut-out by failed attempts.
     *
     * @throws IllegalArgumentException if the password is refused by {@link Passwords#problem}; the link still works then
     */
    @Transactional
    public Optional<Person> reset(String token, String password) {
        return tokens.redeem(token, Purpose.RESET).flatMap(accounts::findById).map(account -> {
            people.setPassword(account, password);
            account.verify(clock.instant());
            attempts.forgetAll(SignIns.BY_ACCOUNT, account.person().email());
            return account.person();
        });
    }
}
