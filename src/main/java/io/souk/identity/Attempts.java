package io.souk.identity;

import io.souk.kernel.Ids;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Counts what may be tried only so often, in the database: a restart forgives nobody, and all processes count together.
 * An attempt is recorded before it is made, under a lock for its subject, so that parallel ones cannot slip through.
 */
@Component
class Attempts {
    /**
     * What is limited.
     *
     * @param most how many within {@code window} before nothing more is let through
     * @param free how many before each further one must wait, twice as long as the one before, from two seconds on
     */
    record Limit(String kind, int most, Duration window, int free) {}

    /** Either the attempt may be made, or not before {@code until}. @param id forgets the attempt again */
    record Permit(@Nullable UUID id, @Nullable Instant until) {}

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    /** On the connections for jobs: a request that holds one of its own could wait for a second one for ever. */
    Attempts(@Qualifier("system") JdbcClient jdbc, @Qualifier("system") TransactionTemplate transactions, Clock clock) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
    }

    Permit begin(Limit limit, String subject) {
        return Objects.requireNonNull(transactions.execute(_ -> {
            jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 0))")
                    .param(limit.kind() + " " + subject)
                    .query((row, _) -> "")
                    .single();
            Instant now = clock.instant();
            Optional<Instant> until = blockedUntil(limit, subject, now);
            if (until.isPresent()) {
                return new Permit(null, until.get());
            }
            UUID id = Ids.next();
            jdbc.sql("insert into identity.attempts (id, kind, subject, at) values (?, ?, ?, ?)")
                    .params(id, limit.kind(), subject, Timestamp.from(now))
                    .update();
            return new Permit(id, null);
        }));
    }

    private Optional<Instant> blockedUntil(Limit limit, String subject, Instant now) {
        List<Instant> newestFirst = jdbc.sql(
                        "select at from identity.attempts where kind = ? and subject = ? and at > ? order by at desc"
                                + " limit ?")
                .params(limit.kind(), subject, Timestamp.from(now.minus(limit.window())), limit.most())
                .query((row, _) -> row.getTimestamp(1).toInstant())
                .list();
        int made = newestFirst.size();
        if (made >= limit.most()) {
            return Optional.of(newestFirst.getLast().plus(limit.window()));
        }
        if (made < limit.free()) {
            return Optional.empty();
        }
        Instant next = newestFirst.getFirst().plusSeconds(1L << Math.min(10, made - limit.free() + 1));
        return next.isAfter(now) ? Optional.of(next) : Optional.empty();
    }

    void forget(Permit permit) {
        transactions.executeWithoutResult(_ -> jdbc.sql("delete from identity.attempts where id = ?")
                .param(permit.id())
                .update());
    }

    /** A success ends the account of failures. */
    void forgetAll(Limit limit, String subject) {
        transactions.executeWithoutResult(_ -> jdbc.sql("delete from identity.attempts where kind = ? and subject = ?")
                .params(limit.kind(), subject)
                .update());
    }

    @Scheduled(fixedDelay = 3_600_000, initialDelay = 600_000)
    void sweep() {
        Timestamp dayAgo = Timestamp.from(clock.instant().minus(Duration.ofDays(1)));
        jdbc.sql("delete from identity.attempts where at < ?").param(dayAgo).update();
        jdbc.sql("delete from identity.tokens where expires_at < ?")
                .param(dayAgo)
                .update();
        jdbc.sql("delete from public.oauth2_authorization where greatest(authorization_code_expires_at, "
                        + "access_token_expires_at, refresh_token_expires_at, oidc_id_token_expires_at) < ?")
                .param(dayAgo)
                .update();
    }
}
