package io.souk.notice;

import io.souk.kernel.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The mails that were written, sent or not. Requests may add to it and read nothing; only jobs read. */
@Component
class Outbox {
    private static final String COLUMNS = "id, recipient, subject, body, created_at, tries";

    private final JdbcClient requests;
    private final JdbcClient jobs;
    private final Clock clock;

    Outbox(JdbcClient requests, @Qualifier("system") JdbcClient jobs, Clock clock) {
        this.requests = requests;
        this.jobs = jobs;
        this.clock = clock;
    }

    /** Part of the caller's transaction: the mail leaves if and only if that commits. */
    void add(String recipient, String subject, String body) {
        Timestamp now = Timestamp.from(clock.instant());
        requests.sql("insert into notice.mails (id, recipient, subject, body, created_at, next_try_at) "
                        + "values (?, ?, ?, ?, ?, ?)")
                .params(Ids.next(), recipient, subject, body, now, now)
                .update();
    }

    /** Takes some that are due; until {@code lease} is over nobody else gets them. */
    List<Mail> take(int most, Duration lease) {
        Instant now = clock.instant();
        return jobs.sql("update notice.mails set next_try_at = ?, tries = tries + 1 where id in "
                        + "(select id from notice.mails where sent_at is null and given_up_at is null "
                        + "and next_try_at <= ? order by next_try_at limit ? for update skip locked) returning "
                        + COLUMNS)
                .params(Timestamp.from(now.plus(lease)), Timestamp.from(now), most)
                .query((row, _) -> mail(row))
                .list();
    }

    void sent(UUID id) {
        jobs.sql("update notice.mails set sent_at = ?, body = '', last_problem = null where id = ?")
                .params(Timestamp.from(clock.instant()), id)
                .update();
    }

    void failed(UUID id, String problem, Instant nextTry) {
        jobs.sql("update notice.mails set next_try_at = ?, last_problem = ? where id = ?")
                .params(Timestamp.from(nextTry), problem, id)
                .update();
    }

    void givenUp(UUID id, String problem) {
        jobs.sql("update notice.mails set given_up_at = ?, body = '', last_problem = ? where id = ?")
                .params(Timestamp.from(clock.instant()), problem, id)
                .update();
    }

    /** The newest first. */
    List<Mail> newest(int most) {
        return jobs.sql("select " + COLUMNS + " from notice.mails order by created_at desc, id desc limit ?")
                .param(most)
                .query((row, _) -> mail(row))
                .list();
    }

    Optional<Mail> find(UUID id) {
        return jobs.sql("select " + COLUMNS + " from notice.mails where id = ?")
                .param(id)
                .query((row, _) -> mail(row))
                .optional();
    }

    /** Forgets what is older than 30 days. */
    void sweep() {
        jobs.sql("delete from notice.mails where created_at < ?")
                .param(Timestamp.from(clock.instant().minus(Duration.ofDays(30))))
                .update();
    }

    private static Mail mail(ResultSet row) throws SQLException {
        return new Mail(
                row.getObject(1, UUID.class),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getTimestamp(5).toInstant(),
                row.getInt(6));
    }
}
