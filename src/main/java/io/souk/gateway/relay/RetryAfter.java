package io.souk.gateway.relay;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads {@code Retry-After}: seconds, or a date in one of the three forms that HTTP has (RFC 9110, 10.2.3 and 5.6.7). */
final class RetryAfter {
    private static final int LONGEST_NUMBER = 9;
    private static final DateTimeFormatter ASCTIME =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.ENGLISH);
    private static final int YEARS_AHEAD = 50;

    private RetryAfter() {}

    /**
     * How long the backend wants to be left alone.
     *
     * @param header as it came, null for none
     * @param date the answer's own {@code Date}: where it has one, a wrong clock at either end changes nothing
     * @return at least zero, which is also what a header means that cannot be read; null where there is none
     */
    static @Nullable Duration read(@Nullable String header, @Nullable String date, Instant now) {
        if (header == null) {
            return null;
        }
        String text = header.strip();
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Duration.ofSeconds(text.length() > LONGEST_NUMBER ? Integer.MAX_VALUE : Long.parseLong(text));
        }
        Instant until = instant(text, now);
        Instant from = date == null ? null : instant(date.strip(), now);
        Duration wait = until == null ? Duration.ZERO : Duration.between(from == null ? now : from, until);
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    private static @Nullable Instant instant(String text, Instant now) {
        try {
            int comma = text.indexOf(',');
            if (comma < 0) {
                return LocalDateTime.parse(text, ASCTIME).toInstant(ZoneOffset.UTC);
            }
            return comma == 3
                    ? Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text))
                    : LocalDateTime.parse(text, rfc850(now)).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException unreadable) {
            return null;
        }
    }

    /** Its year has two digits; one that would lie more than 50 years ahead is past. */
    private static DateTimeFormatter rfc850(Instant now) {
        int first = now.atOffset(ZoneOffset.UTC).getYear() + YEARS_AHEAD - 99;
        return new DateTimeFormatterBuilder()
                .appendPattern("EEEE, dd-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, first)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.ENGLISH);
    }
}
