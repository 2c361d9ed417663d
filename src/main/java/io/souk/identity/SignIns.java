package io.souk.identity;

import io.souk.identity.events.SignedInByProvider;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Lets people in: by e-mail and password, throttled, or by what another provider says of them. */
@Component
public class SignIns {
    private static final Duration WINDOW = Duration.ofMinutes(15);
    static final Attempts.Limit BY_ACCOUNT = new Attempts.Limit("sign-in-account", 10, WINDOW, 5);
    /** Higher than an account's: many people may share one address. */
    static final Attempts.Limit BY_ADDRESS = new Attempts.Limit("sign-in-address", 50, WINDOW, 50);

    static final Attempts.Limit SIGN_UPS = new Attempts.Limit("sign-up-address", 20, Duration.ofHours(1), 20);

    private final AccountRepository accounts;
    private final Accounts people;
    private final Passwords passwords;
    private final Attempts attempts;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    SignIns(
            AccountRepository accounts,
            Accounts people,
            Passwords passwords,
            Attempts attempts,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            ApplicationEventPublisher events,
            Clock clock) {
        this.accounts = accounts;
        this.people = people;
        this.passwords = passwords;
        this.attempts = attempts;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Checks an e-mail address and a password. Ten failures for an account within 15 minutes, or fifty from one network
     * address, shut it for the rest of that time; from the fifth on, an account's failures must be ever further apart.
     *
     * @param address the network address of whoever asks
     */
    public SignIn byPassword(String email, String password, String address) {
        String normal = Accounts.normal(email);
        Attempts.Permit here = attempts.begin(BY_ADDRESS, address);
        if (here.until() != null) {
            return new SignIn.Throttled(here.until());
        }
        Attempts.Permit permit = attempts.begin(BY_ACCOUNT, normal);
        if (permit.until() != null) {
            attempts.forget(here);
            return new SignIn.Throttled(permit.until());
        }
        Optional<Account> account = accounts.findByEmail(normal);
        boolean right =
                passwords.matches(password, account.map(Account::passwordHash).orElse(null));
        if (!right || account.isEmpty()) {
            return new SignIn.Refused();
        }
        attempts.forget(here);
        attempts.forgetAll(BY_ACCOUNT, normal);
        return new SignIn.Accepted(account.get().person());
    }

    /** Whether one more sign-up may come from a network address now; if not, when. */
    public Optional<Instant> signUpBlockedUntil(String address) {
        return Optional.ofNullable(attempts.begin(SIGN_UPS, address).until());
    }

    /**
     * The account of somebody whom another provider vouches for. A known identity signs in; otherwise the account with the
     * same address is linked, or a new one made. Call it only with an address that the provider has verified.
     *
     * @param provider the registration's id
     * @param subject who it is there, for ever
     */
    public Person byProvider(String provider, String subject, String email, String name) {
        record Found(Person person, boolean fresh) {}
        Found found = Objects.requireNonNull(transactions.execute(_ -> {
            Optional<UUID> known = jdbc.sql(
                            "select account_id from identity.federated_identities where provider = ? and subject = ?")
                    .params(provider, subject)
                    .query(UUID.class)
                    .optional();
            if (known.isPresent()) {
                return new Found(accounts.findById(known.get()).orElseThrow().person(), false);
            }
            Optional<Account> same = accounts.findByEmail(Accounts.normal(email));
            same.filter(account -> !account.isVerified()).ifPresent(account -> {
                // whoever made this account never proved the address, and must not keep a password to it
                account.changePassword(null);
                account.verify(clock.instant());
                accounts.saveAndFlush(account);
            });
            Person person = same.map(Account::person).orElseGet(() -> people.create(email, null, name, false, true));
            jdbc.sql("insert into identity.federated_identities (provider, subject, account_id, linked_at) "
                            + "values (?, ?, ?, ?)")
                    .params(provider, subject, person.accountId(), Timestamp.from(clock.instant()))
                    .update();
            return new Found(person, same.isEmpty());
        }));
        if (found.fresh()) {
            Person person = found.person();
            events.publishEvent(new SignedInByProvider(person.accountId(), person.email(), person.name()));
        }
        return found.person();
    }
}
