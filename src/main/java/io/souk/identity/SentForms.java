package io.souk.identity;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Lets a form do its work once, however often it is sent within a day: a double click and a reload send it twice. A page
 * gives each of its forms an id when it is shown, as the hidden field {@code sending}.
 */
@Component
public class SentForms {
    private static final Duration KEPT = Duration.ofDays(1);

    /** What came of a form. */
    public sealed interface Sent<T> {}

    /** It did its work now. */
    public record Done<T>(T made) implements Sent<T> {}

    /** Its work could not be done; it may be sent again. */
    public record Refused<T>() implements Sent<T> {}

    /** It did its work when it was sent before, and nothing now. */
    public record Again<T>() implements Sent<T> {}

    private final JdbcClient jdbc;
    private final Clock clock;

    SentForms(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Does the work of a form, in one transaction with the note that it was done. Of two at once the second waits for the
     * first.
     *
     * @param sender whose form it is
     * @param form the id that the page gave it; null for a form without one, which works each time
     * @param work gives what was made; empty if nothing was
     */
    @Transactional
    public <T> Sent<T> once(UUID sender, @Nullable UUID form, Supplier<Optional<T>> work) {
        if (form != null && !note(sender, form)) {
            return new Again<>();
        }
        Optional<T> made = work.get();
        if (made.isPresent()) {
            return new Done<>(made.get());
        }
        if (form != null) {
            jdbc.sql("delete from identity.sent_forms where account_id = ? and form = ?")
                    .params(sender, form)
                    .update();
        }
        return new Refused<>();
    }

    /** Notes the sending of a form whose work is not the database's. @return false if it was sent before */
    @Transactional
    public boolean first(UUID sender, @Nullable UUID form) {
        return form == null || note(sender, form);
    }

    private boolean note(UUID sender, UUID form) {
        Instant now = clock.instant();
        jdbc.sql("delete from identity.sent_forms where account_id = ? and sent_at < ?")
                .params(sender, Timestamp.from(now.minus(KEPT)))
                .update();
        return jdbc.sql("insert into identity.sent_forms (account_id, form, sent_at) values (?, ?, ?) "
                                + "on conflict (account_id, form) do nothing")
                        .params(sender, form, Timestamp.from(now))
                        .update()
                == 1;
    }
}
