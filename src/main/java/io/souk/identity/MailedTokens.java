package io.souk.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Secrets that are mailed to prove that an address belongs to somebody. Kept as hashes; each works once and not for long. */
@Component
class MailedTokens {
    enum Purpose {
        VERIFY(Duration.ofHours(24)),
        RESET(Duration.ofHours(1));

        final Duration life;

        Purpose(Duration life) {
            this.life = life;
        }

        String column() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    record Issued(String token, Instant until) {}

    private final JdbcClient jdbc;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    MailedTokens(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    Issued issue(UUID accountId, Purpose purpose) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        Instant now = clock.instant();
        Instant until = now.plus(purpose.life);
        jdbc.sql("insert into identity.tokens (token_hash, account_id, purpose, created_at, expires_at) values"
                        + " (?, ?, ?, ?, ?)")
                .params(hash(token), accountId, purpose.column(), Timestamp.from(now), Timestamp.from(until))
                .update();
        return new Issued(token, until);
    }

    /** Whose token it is, while it still works; looking does not use it up. */
    Optional<UUID> owner(String token, Purpose purpose) {
        return jdbc.sql("select account_id from identity.tokens "
                        + "where token_hash = ? and purpose = ? and used_at is null and expires_at > ?")
                .params(hash(token), purpose.column(), Timestamp.from(clock.instant()))
                .query(UUID.class)
                .optional();
    }

    /** Uses the token up, and with it every other one of the same person for the same purpose. */
    Optional<UUID> redeem(String token, Purpose purpose) {
        Timestamp now = Timestamp.from(clock.instant());
        Optional<UUID> owner = jdbc.sql(
                        "update identity.tokens set used_at = ? where token_hash = ? and purpose = ? and used_at is"
                                + " null and expires_at > ? returning account_id")
                .params(now, hash(token), purpose.column(), now)
                .query(UUID.class)
                .optional();
        owner.ifPresent(account -> jdbc.sql(
                        "update identity.tokens set used_at = ? where account_id = ? and purpose = ? and used_at is"
                                + " null")
                .params(now, account, purpose.column())
                .update());
        return owner;
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
