package io.souk.gateway;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time as the database has it, so that every gateway agrees on the moment at which a price or a budget's window
 * begins. It goes by the machine's own clock, corrected by what was measured: the database's time lies between the
 * question and its answer. The correction changes only when a measurement contradicts it, and then as little as it must.
 */
final class DatabaseClock extends Clock {
    private static final Logger log = LoggerFactory.getLogger(DatabaseClock.class);
    private static final Duration WORTH_A_WARNING = Duration.ofSeconds(2);

    private final Clock local;
    private volatile Duration ahead = Duration.ZERO;

    /** @param local the machine's */
    DatabaseClock(Clock local) {
        this.local = local;
    }

    /** How far the database's clock is ahead of the machine's, as far as is known. */
    Duration ahead() {
        return ahead;
    }

    /**
     * Takes a measurement.
     *
     * @param asked by the machine's clock, before the question was sent
     * @param database what the database answered
     * @param answered by the machine's clock, when the answer was there
     */
    void observe(Instant asked, Instant database, Instant answered) {
        if (answered.isBefore(asked)) {
            // the machine's clock was set back meanwhile
            return;
        }
        Duration least = Duration.between(answered, database);
        Duration most = Duration.between(asked, database);
        Duration before = ahead;
        Duration now = before.compareTo(least) < 0 ? least : before.compareTo(most) > 0 ? most : before;
        if (!now.equals(before)) {
            ahead = now;
            if (now.minus(before).abs().compareTo(WORTH_A_WARNING) > 0) {
                log.warn(
                        "this machine's clock and the database's differ by {}; the database's is obeyed. Set both by"
                                + " NTP.",
                        now);
            }
        }
    }

    /** The time by the machine's own clock, for {@link #observe}. */
    Instant local() {
        return local.instant();
    }

    @Override
    public Instant instant() {
        return local.instant().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
        return local.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        DatabaseClock other = new DatabaseClock(local.withZone(zone));
        other.ahead = ahead;
        return other;
    }
}
