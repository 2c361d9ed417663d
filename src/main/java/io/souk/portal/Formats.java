package io.souk.portal;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Currency;
import java.util.Locale;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * How amounts, counts and times are written, as {@code fmt} in templates. Amounts are exact: no rounding and no
 * binary fractions, at least the currency's usual decimals and then as many digits as matter, so what is not zero is
 * never written as zero.
 */
@Component("fmt")
public class Formats {
    private static final DateTimeFormatter INSTANT = DateTimeFormatter.ofPattern(
                    "d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private final Clock clock;

    public Formats(Clock clock) {
        this.clock = clock;
    }

    /**
     * An amount in the pieces that a page shows.
     *
     * @param main sign, symbol and the digits down to the minor unit (all digits below one unit)
     * @param fine the digits after those, or empty
     * @param exact all nine decimals with the currency's code
     */
    public record Amount(String main, String fine, String exact) {}

    /** An id for a form that is shown, for its hidden field {@code sending}: see {@link io.souk.identity.SentForms}. */
    public UUID sending() {
        return UUID.randomUUID();
    }

    /** As {@code $1.50}, {@code $0.000042}, {@code −€3.00}; nanos are 1e-9 of the currency's unit. */
    public String money(long nanos, String currency) {
        return write(BigDecimal.valueOf(nanos, 9), currency);
    }

    /** All nine decimals with the code, as {@code 0.000042000 USD}. */
    public String moneyExact(long nanos, String currency) {
        return BigDecimal.valueOf(nanos, 9).toPlainString() + " " + currency;
    }

    /** The same amount as {@link #money} in pieces, so that a page can set the last digits quieter. */
    public Amount amount(long nanos, String currency) {
        var text = money(nanos, currency);
        var exact = moneyExact(nanos, currency);
        int point = text.indexOf('.');
        int minor = point + 1 + decimals(currency);
        boolean below = nanos > -1_000_000_000L && nanos < 1_000_000_000L;
        if (point < 0 || below || decimals(currency) == 0 || text.length() <= minor) {
            return new Amount(text, "", exact);
        }
        return new Amount(text.substring(0, minor), text.substring(minor), exact);
    }

    /** A price in micro-units of currency for each million tokens: 150,000 is {@code $0.15}. */
    public String pricePerMillion(long micros, String currency) {
        return write(BigDecimal.valueOf(micros, 6), currency);
    }

    /** The same price for a single token or request, exactly: 150,000 is {@code $0.00000015}. */
    public String priceForOne(long micros, String currency) {
        return write(BigDecimal.valueOf(micros, 12), currency);
    }

    /** A cost in 1e-12 of the currency's unit, as a usage record keeps it. */
    public String moneyPicos(BigDecimal picos, String currency) {
        return write(picos.movePointLeft(12), currency);
    }

    /** A count with its thousands apart, as {@code 1,234,567}. */
    public String tokens(long count) {
        return String.format(Locale.ENGLISH, "%,d", count);
    }

    /** As {@code 24 Nov 2026, 03:40:00 UTC}. */
    public String instant(Instant at) {
        return INSTANT.format(at);
    }

    /** As {@code 24 Nov 2026}, by UTC. */
    public String day(Instant at) {
        return DAY.format(at);
    }

    /** How far from now, as {@code 3 minutes ago}, {@code in 2 days}; the date when that is over a month. */
    public String relative(Instant at) {
        var distance = Duration.between(at, clock.instant());
        boolean past = !distance.isNegative();
        var length = distance.abs();
        if (length.toSeconds() < 5) {
            return past ? "just now" : "in a moment";
        }
        if (length.toDays() > 31) {
            return day(at);
        }
        var words = length(length);
        return past ? words + " ago" : "in " + words;
    }

    /** A span of time in words of one unit, as {@code 12 seconds}, {@code 1 hour}; rounded down. */
    private String length(Duration length) {
        if (length.toMinutes() < 1) {
            return count(length.toSeconds(), "second");
        }
        if (length.toHours() < 1) {
            return count(length.toMinutes(), "minute");
        }
        return length.toDays() < 1 ? count(length.toHours(), "hour") : count(length.toDays(), "day");
    }

    /** How long something took, as {@code 320 ms}, {@code 1.24 s}, {@code 2 min 5 s}. */
    public String took(Duration length) {
        long millis = length.toMillis();
        if (millis < 1_000) {
            return millis == 0 && !length.isZero() ? "< 1 ms" : millis + " ms";
        }
        if (millis < 60_000) {
            return BigDecimal.valueOf(millis / 10, 2).stripTrailingZeros().toPlainString() + " s";
        }
        return length.toMinutes() + " min " + length.toSecondsPart() + " s";
    }

    /** As {@code 1 key}, {@code 3 keys}. */
    public String count(long number, String noun) {
        return tokens(number) + " " + (number == 1 ? noun : noun + "s");
    }

    private static String write(BigDecimal units, String currency) {
        var shortest = units.stripTrailingZeros();
        int decimals = Math.max(shortest.scale(), decimals(currency));
        var plain = shortest.abs().setScale(decimals).toPlainString();
        int point = plain.indexOf('.');
        var whole = point < 0 ? plain : plain.substring(0, point);
        var sign = units.signum() < 0 ? "−" : "";
        return sign + symbol(currency) + thousands(whole) + (point < 0 ? "" : plain.substring(point));
    }

    private static String thousands(String digits) {
        var text = new StringBuilder(digits);
        for (int at = digits.length() - 3; at > 0; at -= 3) {
            text.insert(at, ',');
        }
        return text.toString();
    }

    private static int decimals(String currency) {
        return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
    }

    private static String symbol(String currency) {
        var symbol = Currency.getInstance(currency).getSymbol(Locale.US);
        return symbol.equals(currency) ? currency + "\u00a0" : symbol;
    }
}
