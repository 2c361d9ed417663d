package io.souk.identity;

import io.souk.identity.events.PasswordChanged;
import io.souk.kernel.Ids;
import io.souk.platform.PortalAddress;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Everybody who has an account here. */
@Component
public class Accounts {
    private final AccountRepository accounts;
    private final Passwords passwords;
    private final PortalAddress portal;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Accounts(
            AccountRepository accounts,
            Passwords passwords,
            PortalAddress portal,
            ApplicationEventPublisher events,
            Clock clock) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.portal = portal;
        this.events = events;
        this.clock = clock;
    }

    /** The form in which addresses are kept and compared. */
    public static String normal(String email) {
        return email.strip().toLowerCase(Locale.ROOT);
    }

    /**
     * Makes an account. Joins the caller's transaction; mails nothing.
     *
     * @param password null for a person who signs in by another provider only
     * @param name 1 to 100 characters
     * @throws EmailTaken if the address has one already; the transaction can only be rolled back then
     * @throws IllegalArgumentException if the password is refused by {@link Passwords#problem}
     */
    @Transactional
    public Person create(
            String email, @Nullable String password, String name, boolean platformAdmin, boolean verified) {
        String address = normal(email);
        if (password != null) {
            passwords.problem(password, address).ifPresent(problem -> {
                throw new IllegalArgumentException(problem);
            });
        }
        // before the look at who is known, so that the time does not tell who is
        String hash = password == null ? null : passwords.hash(password);
        if (accounts.existsByEmail(address)) {
            throw new EmailTaken();
        }
        var account = new Account(Ids.next(), address, hash, name.strip(), platformAdmin, clock.instant());
        if (verified) {
            account.verify(clock.instant());
        }
        try {
            return accounts.saveAndFlush(account).person();
        } catch (DataIntegrityViolationException e) {
            if (String.valueOf(e.getMessage()).contains("accounts_email_key")) {
                throw new EmailTaken();
            }
            throw e;
        }
    }

    @Transactional(readOnly = true)
    public Optional<Person> find(UUID accountId) {
        return accounts.findById(accountId).map(Account::person);
    }

    @Transactional(readOnly = true)
    public Optional<Person> findByEmail(String email) {
        return accounts.findByEmail(normal(email)).map(Account::person);
    }

    /** Those of the accounts that exist, by id. */
    @Transactional(readOnly = true)
    public Map<UUID, Person> findAll(Collection<UUID> accountIds) {
        if (accountIds.isEmpty()) {
            return Map.of();
        }
        return accounts.findAllByIdIn(List.copyOf(accountIds)).stream()
                .map(Account::person)
                .collect(Collectors.toMap(Person::accountId, Function.identity()));
    }

    /** @param name 1 to 100 characters */
    @Transactional
    public void rename(UUID accountId, String name) {
        accounts.findById(accountId).ifPresent(account -> account.rename(name.strip()));
    }

    /**
     * Changes the password of somebody who knows the present one; the person is told by mail.
     *
     * @return false, and nothing is changed, if {@code present} is wrong
     * @throws IllegalArgumentException if the new one is refused by {@link Passwords#problem}
     */
    @Transactional
    public boolean changePassword(UUID accountId, String present, String next) {
        Account account = accounts.findById(accountId).orElseThrow();
        if (!passwords.matches(present, account.passwordHash())) {
            return false;
        }
        setPassword(account, next);
        return true;
    }

    void setPassword(Account account, String next) {
        Person person = account.person();
        passwords.problem(next, person.email()).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        account.changePassword(passwords.hash(next));
        events.publishEvent(new PasswordChanged(
                person.accountId(), person.email(), person.name(), portal.page("/forgot-password")));
    }
}
